package org.mococxr.imaging.results;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mococxr.imaging.dicom.DicomCode;
import org.mococxr.imaging.dicom.DicomData;
import org.mococxr.imaging.dicom.StudyReference;

/**
 * A model's findings in a picture as a structured report in its study: Comprehensive SR (PS3.3,
 * A.35.3) after template TID 1500, an image-level group (TID 1501) for each finding with its code,
 * whether it is present, and its probability.
 *
 * <p>Templates and codes are those of PS3.16, Annexes A and D: the report is TID 1500 with its
 * language (TID 1204), observer (TID 1002, 1004), procedure and image library (TID 1600); a group
 * is TID 1501 with its tracking identifiers (TID 4108), the algorithm (TID 4019: Algorithm Name
 * 111001, Algorithm Version 111003), the image as the source of measurement and the qualitative
 * evaluation.
 */
public final class StructuredReport {
  private static final String SOP_CLASS = "1.2.840.10008.5.1.4.1.1.88.33";
  private static final String CONTAINS = "CONTAINS";
  private static final String CONTEXT = "HAS OBS CONTEXT";
  private static final String MODIFIER = "HAS CONCEPT MOD";
  private static final DicomCode PERCENT = new DicomCode("%", "UCUM", "Percent");

  private final StudyReference study;
  private final ResultSource source;

  private StructuredReport(StudyReference study, ResultSource source) {
    this.study = study;
    this.source = source;
  }

  /**
   * The DICOM file of a report.
   *
   * @param study of the picture that was read
   * @param when it was read
   */
  public static byte[] of(
      StudyReference study, ResultSource source, List<ReportedFinding> findings, Instant when) {
    return new StructuredReport(study, source).write(findings, when);
  }

  private byte[] write(List<ReportedFinding> findings, Instant when) {
    DicomData data = ResultObjects.common(study, source, SOP_CLASS, "report", when);
    data.text(0x00080060, "CS", "SR")
        .text(0x0008103E, "LO", "Findings by a model, not verified")
        .sequence(0x00081111)
        .text(0x00200011, "IS", "9001")
        .text(0x0040A491, "CS", "COMPLETE")
        .text(0x0040A493, "CS", "UNVERIFIED")
        .sequence(0x0040A372)
        .sequence(0x0040A375, evidence());
    if (findings.stream().anyMatch(finding -> !finding.coded())) {
      data.sequence(
          0x00080110,
          new DicomData()
              .text(0x00080102, "SH", "99MOCOCXR")
              .text(0x00080115, "ST", "Labels of MoCo-CXR's models"));
    }
    // The root's content stands in the data set itself.
    data.text(0x0040A040, "CS", "CONTAINER")
        .text(0x0040A050, "CS", "SEPARATE")
        .sequence(0x0040A043, DicomCode.dcm("126000", "Imaging Measurement Report").item())
        .sequence(0x0040A504, template("1500"))
        .sequence(0x0040A730, content(findings));
    return data.file();
  }

  private DicomData evidence() {
    return new DicomData()
        .text(0x0020000D, "UI", study.studyUid())
        .sequence(
            0x00081115,
            new DicomData()
                .text(0x0020000E, "UI", study.seriesUid())
                .sequence(0x00081199, picture()));
  }

  private DicomData picture() {
    return new DicomData()
        .text(0x00081150, "UI", study.sopClassUid())
        .text(0x00081155, "UI", study.instanceUid());
  }

  private DicomData[] content(List<ReportedFinding> findings) {
    List<DicomData> content = new ArrayList<>();
    content.add(
        code(
            MODIFIER,
            DicomCode.dcm("121049", "Language of Content Item and Descendants"),
            new DicomCode("en", "RFC5646", "English")));
    content.add(
        code(CONTEXT, DicomCode.dcm("121005", "Observer Type"), DicomCode.dcm("121007", "Device")));
    content.add(
        item(CONTEXT, "UIDREF", DicomCode.dcm("121012", "Device Observer UID"))
            .text(0x0040A124, "UI", ResultObjects.uid("device/" + source)));
    content.add(text(CONTEXT, DicomCode.dcm("121013", "Device Observer Name"), source.model()));
    content.add(text(CONTEXT, DicomCode.dcm("121014", "Device Observer Manufacturer"), "MoCo-CXR"));
    content.add(
        text(CONTEXT, DicomCode.dcm("121015", "Device Observer Model Name"), source.model()));
    content.add(
        code(
            MODIFIER,
            DicomCode.dcm("121058", "Procedure reported"),
            DicomCode.sct("399208008", "Plain chest X-ray")));
    content.add(library());
    content.add(
        container(
            DicomCode.dcm("126010", "Imaging Measurements"),
            findings.stream().map(this::group).toArray(DicomData[]::new)));
    return content.toArray(DicomData[]::new);
  }

  private DicomData library() {
    DicomData image = new DicomData().text(0x0040A010, "CS", CONTAINS);
    image.text(0x0040A040, "CS", "IMAGE").sequence(0x00081199, picture());
    DicomCode modality = DicomCode.dcm("121139", "Modality");
    DicomCode kind =
        switch (study.modality()) {
          case "DX" -> DicomCode.dcm("DX", "Digital Radiography");
          case "CR" -> DicomCode.dcm("CR", "Computed Radiography");
          default -> DicomCode.dcm("OT", "Other");
        };
    DicomData group =
        container(
            DicomCode.dcm("126200", "Image Library Group"),
            code("HAS ACQ CONTEXT", modality, kind),
            image);
    return container(DicomCode.dcm("111028", "Image Library"), group);
  }

  private DicomData group(ReportedFinding finding) {
    DicomCode code = finding.code();
    String tracking = study.instanceUid() + '/' + source + '/' + finding.name();
    DicomData probability =
        item(CONTAINS, "NUM", DicomCode.dcm("111012", "Certainty of Finding"))
            .sequence(
                0x0040A300,
                new DicomData()
                    .text(
                        0x0040A30A,
                        "DS",
                        String.format(Locale.ROOT, "%.4f", 100 * finding.probability()))
                    .sequence(0x004008EA, PERCENT.item()));
    return container(
            DicomCode.dcm("125007", "Measurement Group"),
            text(CONTEXT, DicomCode.dcm("112039", "Tracking Identifier"), finding.name()),
            item(CONTEXT, "UIDREF", DicomCode.dcm("112040", "Tracking Unique Identifier"))
                .text(0x0040A124, "UI", ResultObjects.uid(tracking)),
            text(CONTEXT, DicomCode.dcm("111001", "Algorithm Name"), source.model()),
            text(CONTEXT, DicomCode.dcm("111003", "Algorithm Version"), source.version()),
            code(CONTAINS, DicomCode.dcm("121071", "Finding"), code),
            item(CONTAINS, "IMAGE", DicomCode.dcm("121112", "Source of Measurement"))
                .sequence(0x00081199, picture()),
            code(
                CONTAINS,
                code,
                finding.present()
                    ? DicomCode.sct("52101004", "Present")
                    : DicomCode.sct("2667000", "Absent")),
            probability)
        .sequence(0x0040A504, template("1501"));
  }

  private static DicomData template(String identifier) {
    return new DicomData().text(0x00080105, "CS", "DCMR").text(0x0040DB00, "CS", identifier);
  }

  private static DicomData item(String relationship, String type, DicomCode concept) {
    return new DicomData()
        .text(0x0040A010, "CS", relationship)
        .text(0x0040A040, "CS", type)
        .sequence(0x0040A043, concept.item());
  }

  private static DicomData code(String relationship, DicomCode concept, DicomCode value) {
    return item(relationship, "CODE", concept).sequence(0x0040A168, value.item());
  }

  private static DicomData text(String relationship, DicomCode concept, String value) {
    return item(relationship, "TEXT", concept).text(0x0040A160, "UT", value);
  }

  private static DicomData container(DicomCode concept, DicomData... items) {
    return item(CONTAINS, "CONTAINER", concept)
        .text(0x0040A050, "CS", "SEPARATE")
        .sequence(0x0040A730, items);
  }
}
