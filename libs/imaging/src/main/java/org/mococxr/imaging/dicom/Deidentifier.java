package org.mococxr.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.DecoderGuard;

/**
 * Makes of a radiograph a file that names nobody, after the Basic Application Level Confidentiality
 * Profile (PS3.15, annex E) with the option to retain patient characteristics: sex, and age up to
 * 89 years. It keeps what is named here and drops everything else, private elements, dates,
 * overlays and text among it; identifiers become pseudonyms. Pixels are left as they are: {@link
 * DicomHeader#burnedIn} and the text detector tell where they may name the patient.
 */
public final class Deidentifier {
  private static final int OLDEST = 89;

  /** Codes of a fixed vocabulary, with their VR; free text in them is dropped. */
  private static final List<Integer> CODES =
      List.of(
          Tag.MODALITY,
          Tag.BODY_PART,
          Tag.VIEW_POSITION,
          Tag.LATERALITY,
          Tag.IMAGE_LATERALITY,
          Tag.PATIENT_SEX,
          Tag.PHOTOMETRIC,
          Tag.VOI_FUNCTION,
          Tag.PRESENTATION_SHAPE,
          Tag.BURNED_IN);

  private static final List<Integer> SHORTS =
      List.of(
          Tag.SAMPLES_PER_PIXEL,
          Tag.PLANAR_CONFIGURATION,
          Tag.ROWS,
          Tag.COLUMNS,
          Tag.BITS_ALLOCATED,
          Tag.BITS_STORED,
          Tag.HIGH_BIT,
          Tag.PIXEL_REPRESENTATION,
          Tag.PADDING_VALUE,
          Tag.PADDING_LIMIT);

  private static final List<Integer> DECIMALS =
      List.of(Tag.WINDOW_CENTER, Tag.WINDOW_WIDTH, Tag.RESCALE_INTERCEPT, Tag.RESCALE_SLOPE);

  private static final List<Integer> TABLES = List.of(Tag.MODALITY_LUT, Tag.VOI_LUT);

  private final Pseudonyms pseudonyms;
  private final DecodeLimits limits;

  /**
   * @param pseudonyms for patients, studies and images
   * @param limits of the files that are read
   */
  public Deidentifier(Pseudonyms pseudonyms, DecodeLimits limits) {
    this.pseudonyms = pseudonyms;
    this.limits = limits;
  }

  /**
   * The de-identified file.
   *
   * @param name of the file, for messages
   * @throws org.mococxr.foundation.UserErrorException if the file is damaged or holds no picture
   */
  public byte[] apply(byte[] file, String name) {
    DicomFile picture = DicomFile.of(file, name, limits);
    picture.header().requirePicture(name);
    return DecoderGuard.decode(name, "DICOM", () -> write(picture.header(), picture.parsed()));
  }

  private byte[] write(DicomHeader header, DicomParser.Parsed parsed) {
    DataSet from = parsed.dataSet();
    DicomData to = new DicomData();
    to.text(Tag.SOP_CLASS_UID, "UI", header.sopClassUid().orElse("1.2.840.10008.5.1.4.1.1.7"));
    String instance = header.instanceUid().orElse("");
    to.text(Tag.SOP_INSTANCE_UID, "UI", pseudonyms.uid(instance));
    to.text(Tag.STUDY_UID, "UI", pseudonyms.uid(header.studyUid().orElse(instance)));
    to.text(Tag.SERIES_UID, "UI", pseudonyms.uid(header.seriesUid().orElse(instance)));
    String patient = header.patientId().or(header::studyUid).orElse(instance);
    to.text(Tag.PATIENT_ID, "LO", pseudonyms.of("patient", patient));
    to.text(
        Tag.ACCESSION_NUMBER,
        "SH",
        header.accessionNumber().map(number -> pseudonyms.of("accession", number)).orElse(""));
    for (int tag : new int[] {Tag.PATIENT_NAME, Tag.REFERRING_PHYSICIAN}) {
      to.empty(tag, "PN");
    }
    to.empty(Tag.PATIENT_BIRTH_DATE, "DA").empty(Tag.STUDY_DATE, "DA");
    to.empty(Tag.STUDY_TIME, "TM").empty(Tag.STUDY_ID, "SH");
    header
        .ageYears()
        .ifPresent(
            years ->
                to.text(
                    Tag.PATIENT_AGE,
                    "AS",
                    years > OLDEST ? "090Y" : "%03dY".formatted((int) years)));
    for (int tag : CODES) {
      from.text(tag)
          .map(code -> code.toUpperCase(Locale.ROOT))
          .filter(code -> code.matches("[A-Z0-9_ ]{1,16}"))
          .ifPresent(code -> to.text(tag, "CS", code));
    }
    for (int tag : SHORTS) {
      from.unsigned(tag).ifPresent(value -> to.shorts(tag, value));
    }
    for (int tag : DECIMALS) {
      List<Double> values = from.decimals(tag);
      if (!values.isEmpty()) {
        to.text(tag, "DS", values.stream().map(Deidentifier::ds).collect(Collectors.joining("\\")));
      }
    }
    if (header.pixels().frames() > 1) {
      to.text(Tag.FRAMES, "IS", String.valueOf(header.pixels().frames()));
    }
    TABLES.forEach(tag -> from.firstItem(tag).ifPresent(item -> table(to, tag, item)));
    to.text(0x00120062, "CS", "YES");
    to.text(0x00120063, "LO", "PS3.15 basic profile, only named elements are kept");
    to.sequence(
        0x00120064,
        DicomCode.dcm("113100", "Basic Application Confidentiality Profile").item(),
        DicomCode.dcm("113108", "Retain Patient Characteristics Option").item());
    return pixels(to, parsed);
  }

  /** At most 16 characters (PS3.5, 6.2). */
  private static String ds(double value) {
    String text =
        value == Math.rint(value) && Math.abs(value) < 1e9 ? "" + (long) value : "" + value;
    return text.length() <= 16 ? text : String.format(Locale.ROOT, "%.9e", value);
  }

  private static void table(DicomData to, int sequence, DataSet item) {
    DataSet.Element data = item.element(Tag.LUT_DATA).orElse(null);
    int[] descriptor = item.unsignedShorts(Tag.LUT_DESCRIPTOR);
    if (data == null || descriptor.length != 3) {
      return;
    }
    int entries = descriptor[0] == 0 ? 1 << 16 : descriptor[0];
    DicomData table = new DicomData();
    boolean signed = item.element(Tag.LUT_DESCRIPTOR).orElseThrow().vr().equals("SS");
    table.bytes(Tag.LUT_DESCRIPTOR, signed ? "SS" : "US", DicomData.littleEndian(descriptor));
    boolean narrow = data.length() <= entries + 1;
    table.bytes(
        Tag.LUT_DATA,
        "OW",
        narrow
            ? item.raw(data, data.length())
            : DicomData.littleEndian(item.unsignedShorts(Tag.LUT_DATA)));
    to.sequence(sequence, table);
  }

  /** Compressed pixels stay compressed; uncompressed ones come in explicit little endian. */
  private static byte[] pixels(DicomData to, DicomParser.Parsed parsed) {
    DataSet.Element element = parsed.dataSet().element(Tag.PIXEL_DATA).orElseThrow();
    ByteBuffer bytes = parsed.dataSet().bytes();
    if (parsed.syntax().encapsulated()) {
      int total = element.fragments().stream().mapToInt(part -> 8 + part[1]).sum();
      ByteBuffer items = ByteBuffer.allocate(total + 8).order(ByteOrder.LITTLE_ENDIAN);
      for (int[] part : element.fragments()) {
        items.putShort((short) 0xFFFE).putShort((short) 0xE000).putInt(part[1]);
        items.put(bytes.slice(part[0], part[1]));
      }
      items.putShort((short) 0xFFFE).putShort((short) 0xE0DD).putInt(0);
      return to.encapsulated(items.array()).file(parsed.syntax().uid());
    }
    byte[] raw = parsed.dataSet().raw(element, element.length());
    boolean wide = parsed.dataSet().unsigned(Tag.BITS_ALLOCATED).orElse(8) == 16;
    if (bytes.order() == ByteOrder.BIG_ENDIAN && (wide || element.vr().equals("OW"))) {
      for (int i = 0; i + 1 < raw.length; i += 2) {
        byte swap = raw[i];
        raw[i] = raw[i + 1];
        raw[i + 1] = swap;
      }
    }
    return to.bytes(Tag.PIXEL_DATA, wide ? "OW" : "OB", raw).file();
  }
}
