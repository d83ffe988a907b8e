package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.imaging.files.ImageFormat;
import org.mococxr.specs.data.DataSource;

/** The X-rays below a folder, and by what a labels file may name them. */
final class Pictures {
  /**
   * One X-ray.
   *
   * @param path relative to the folder
   * @param header of a DICOM file
   */
  record Picture(String path, Optional<DicomHeader> header) {
    /** The patient whom the header names. */
    Optional<String> patientId() {
      return header.flatMap(DicomHeader::patientId);
    }
  }

  /** What a value of a labels file may be, from the finest to the coarsest. */
  enum Key {
    FILE("file name", 0),
    INSTANCE("SOPInstanceUID", 0),
    ACCESSION("AccessionNumber", 1),
    STUDY("StudyInstanceUID", 1),
    PATIENT("PatientID", 2),
    FOLDER("folder name", 2);

    private final String text;
    private final int level;

    Key(String text, int level) {
      this.text = text;
      this.level = level;
    }

    /** In words. */
    String text() {
      return text;
    }

    /** 0 names an image, 1 a study, 2 perhaps a patient. */
    int level() {
      return level;
    }
  }

  /** Modalities of PS3.3, C.7.3.1.1.1, whose pictures are never radiographs. */
  private static final Set<String> NO_RADIOGRAPHS =
      Set.of("CT", "MR", "PT", "NM", "US", "IVUS", "OPT", "ES", "SM", "ECG", "BMD");

  /** Words of Body Part Examined that a chest radiograph may have. */
  private static final List<String> CHEST =
      List.of("CHEST", "THORAX", "LUNG", "TRUNK", "PORT", "RIB", "BODY");

  private final Path root;
  private final int maxFrames;
  private final ImageFiles files;
  private final Map<String, Integer> otherModalities = new TreeMap<>();
  private final Map<String, Integer> otherParts = new TreeMap<>();
  private final List<Picture> all = new ArrayList<>();
  private final List<String> withoutPixels = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final Map<Key, Map<String, List<Integer>>> indices = new HashMap<>();
  private final int[] numbers;

  private Pictures(Path root, ImageFiles files, int maxFrames, Progress progress) {
    this.root = root;
    this.maxFrames = maxFrames;
    this.files = files;
    this.numbers = new int[files.paths().size()];
    int done = 0;
    boolean misnamed = files.misnamed(root);
    for (String path : files.paths()) {
      numbers[done++] = -1;
      Path file = root.resolve(path);
      if (!ImageFiles.isDicom(file, misnamed)) {
        add(done - 1, new Picture(path, Optional.empty()));
        continue;
      }
      progress.update("reading DICOM headers", done, files.paths().size());
      try {
        addDicom(done - 1, path, DicomFile.readHeader(file, DecodeLimits.defaults()));
      } catch (UserErrorException e) {
        if (Files.isReadable(file)
            && ImageFormat.of(file).filter(format -> format != ImageFormat.DICOM).isPresent()) {
          add(done - 1, new Picture(path, Optional.empty()));
        } else {
          rejected.add(new Rejected(path, 0, e.problem()));
        }
      }
    }
  }

  private void addDicom(int number, String path, DicomHeader header) {
    String modality = header.modality().orElse("");
    if (!header.hasPixels()) {
      withoutPixels.add(path);
    } else {
      if (NO_RADIOGRAPHS.contains(modality)) {
        otherModalities.merge(modality, 1, Integer::sum);
      }
      Optional<UserErrorException> refusal = header.refusal(path);
      if (refusal.isPresent()) {
        UserErrorException e = refusal.get();
        rejected.add(new Rejected(path, 0, e.problem() + " (" + e.remedy() + ")"));
        return;
      }
      if (header.pixels().frames() > maxFrames) {
        String problem =
            "has %d frames: at most %d are accepted (--max-frames, data.maxFrames)"
                .formatted(header.pixels().frames(), maxFrames);
        rejected.add(new Rejected(path, 0, problem));
        return;
      }
      header
          .bodyPart()
          .filter(part -> CHEST.stream().noneMatch(part::contains))
          .ifPresent(part -> otherParts.merge(part, 1, Integer::sum));
      add(number, new Picture(path, Optional.of(header)));
    }
  }

  /** What else was noticed of the files, in words. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!otherModalities.isEmpty()) {
      notes.add(
          "DICOM files that are no radiographs (%s): these are not left out"
              .formatted(counts(otherModalities)));
    }
    if (!otherParts.isEmpty()) {
      notes.add(
          "DICOM headers name other parts of the body than the chest (%s): these are not left out"
              .formatted(counts(otherParts)));
    }
    repeated("studies (StudyInstanceUID)", DicomHeader::studyUid).ifPresent(notes::add);
    repeated("images (SOPInstanceUID)", DicomHeader::instanceUid).ifPresent(notes::add);
    if (!files.unread().isEmpty()) {
      notes.add(
          "left out: files of kinds that are not read (%s): convert them to PNG or DICOM"
              .formatted(counts(files.unread())));
    }
    if (!files.archives().isEmpty()) {
      notes.add(
          "left out: archives (%s): unpack those that hold images"
              .formatted(counts(files.archives())));
    }
    return notes;
  }

  /**
   * That a UID, which is unique in the world, names images of several patients: they may be one
   * person, filed under two identifiers.
   */
  private Optional<String> repeated(String what, Function<DicomHeader, Optional<String>> uid) {
    Map<String, Picture> first = new HashMap<>();
    Set<String> several = new HashSet<>();
    String example = "";
    for (Picture picture : all) {
      String found = picture.header().flatMap(uid).orElse("");
      Picture other = found.isEmpty() ? picture : first.putIfAbsent(found, picture);
      if (other != null && other != picture && !samePatient(other, picture)) {
        several.add(found);
        example = example.isEmpty() ? other.path() + " and " + picture.path() : example;
      }
    }
    return several.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%,d %s are of several patients by PatientID (%s): if these are one person, give a table"
                    .formatted(several.size(), what, example)
                + " with --column patient=NAME (data.columns.patient)");
  }

  private static boolean samePatient(Picture one, Picture other) {
    return PatientNames.areOne(one.patientId().orElse(""), other.patientId().orElse(""));
  }

  private static String counts(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .limit(8)
        .map(entry -> "%s %,d".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void add(int number, Picture picture) {
    numbers[number] = all.size();
    all.add(picture);
  }

  /** Looks through a source's folder and reads the headers of DICOM files. */
  static Pictures of(DataSource source, Progress progress) {
    ImageFiles files = ImageFiles.below(source.rootPath());
    return new Pictures(source.rootPath(), files, source.maxFrames(), progress);
  }

  /** In the order of their paths. */
  List<Picture> all() {
    return all;
  }

  /** Whether any of them is a DICOM file. */
  boolean anyDicom() {
    return all.stream().anyMatch(picture -> picture.header().isPresent());
  }

  /** Names without folder and extension that several pictures have. */
  Set<String> sharedNames() {
    Set<String> seen = new HashSet<>();
    return all.stream()
        .map(picture -> ImageFiles.stem(ImageFiles.name(picture.path())))
        .filter(name -> !seen.add(name))
        .collect(Collectors.toSet());
  }

  /** The files behind some of the pictures; none unless pictures are links. */
  Set<Path> linked(Set<String> paths) {
    boolean some = !paths.isEmpty() && paths.size() < all.size();
    return some && all.stream().anyMatch(p -> Files.isSymbolicLink(root.resolve(p.path())))
        ? paths.stream().map(this::real).collect(Collectors.toSet())
        : Set.of();
  }

  /**
   * Links to pictures that are listed themselves, with the path of the one that each is; one file
   * must not count as two pictures.
   */
  Map<String, String> links() {
    List<String> linking = new ArrayList<>();
    Map<Path, String> first = new HashMap<>();
    for (Picture picture : all) {
      if (Files.isSymbolicLink(root.resolve(picture.path()))) {
        linking.add(picture.path());
      }
    }
    if (linking.isEmpty()) {
      return Map.of();
    }
    Set<String> links = new HashSet<>(linking);
    all.stream()
        .map(Picture::path)
        .filter(path -> !links.contains(path))
        .forEach(path -> first.putIfAbsent(real(path), path));
    Map<String, String> same = new HashMap<>();
    for (String path : linking) {
      String other = first.putIfAbsent(real(path), path);
      if (other != null) {
        same.put(path, other);
      }
    }
    return same;
  }

  /** Whether one of these files is behind a picture. */
  boolean isAmong(Set<Path> files, String path) {
    return !files.isEmpty() && files.contains(real(path));
  }

  private Path real(String path) {
    try {
      return root.resolve(path).toRealPath();
    } catch (IOException e) {
      // It links to nothing: said when it is decoded.
      return root.resolve(path);
    }
  }

  /** Reports, directories and other DICOM files that hold no image. */
  List<String> withoutPixels() {
    return withoutPixels;
  }

  /** Masks that lie beside the X-rays. */
  List<String> masks() {
    return files.masks();
  }

  /** DICOM files that cannot be read. */
  List<Rejected> rejected() {
    return rejected;
  }

  /** The pictures that a value names. */
  List<Integer> find(Key key, String value) throws RowReader.BadRow {
    String plain = plain(value);
    if (plain.isEmpty()) {
      return List.of();
    }
    if (key == Key.FILE) {
      OptionalInt index = files.indexOf(plain);
      return index.isEmpty() || numbers[index.getAsInt()] < 0
          ? List.of()
          : List.of(numbers[index.getAsInt()]);
    }
    Map<String, List<Integer>> known = indices.computeIfAbsent(key, this::index);
    List<Integer> found = known.get(plain.toLowerCase(Locale.ROOT));
    return found != null ? found : known.getOrDefault(shortened(plain), List.of());
  }

  /** Whether a value names a file that is there and is no picture to learn from. */
  boolean isLeftOut(String value) throws RowReader.BadRow {
    OptionalInt index = files.indexOf(plain(value));
    return index.isPresent() && numbers[index.getAsInt()] < 0;
  }

  /** Whether a value names a file that is among the rejected ones. */
  boolean isRejected(String value) throws RowReader.BadRow {
    OptionalInt index = files.indexOf(plain(value));
    return index.isPresent()
        && numbers[index.getAsInt()] < 0
        && rejected.stream().anyMatch(r -> r.file().equals(files.paths().get(index.getAsInt())));
  }

  /** What a spreadsheet program made of an identifier: {@code ="0012"}, {@code 12.0}. */
  private static String plain(String value) {
    String plain = value.strip();
    if (plain.startsWith("=\"") && plain.endsWith("\"") && plain.length() > 3) {
      plain = plain.substring(2, plain.length() - 1);
    }
    if (plain.length() > 1 && plain.startsWith("'")) {
      plain = plain.substring(1);
    }
    return plain.matches("\\d+\\.0+") ? plain.substring(0, plain.indexOf('.')) : plain;
  }

  /** Spreadsheet programs take identifiers for numbers, whose leading zeros say nothing. */
  private static String shortened(String identifier) {
    return "0:" + identifier.toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
  }

  private Map<String, List<Integer>> index(Key key) {
    Map<String, List<Integer>> index = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      Picture picture = all.get(i);
      if (key == Key.FOLDER) {
        String[] segments = picture.path().split("/");
        for (int s = 0; s < segments.length - 1; s++) {
          put(index, segments[s], i);
          // MIMIC's folders are p10000032/s50414189, its columns hold the numbers.
          if (segments[s].matches("[A-Za-z]{1,8}[_-]?\\d+")) {
            put(index, segments[s].replaceAll("\\D+", ""), i);
          }
        }
      } else {
        int picked = i;
        picture.header().flatMap(value(key)).ifPresent(value -> put(index, value, picked));
      }
    }
    return index;
  }

  private static void put(Map<String, List<Integer>> index, String value, int picture) {
    String plain = plain(value).toLowerCase(Locale.ROOT);
    if (!plain.isEmpty()) {
      add(index.computeIfAbsent(plain, k -> new ArrayList<>(1)), picture);
      if (plain.startsWith("0")) {
        add(index.computeIfAbsent(shortened(plain), k -> new ArrayList<>(1)), picture);
      }
    }
  }

  private static void add(List<Integer> pictures, int picture) {
    if (pictures.isEmpty() || pictures.get(pictures.size() - 1) != picture) {
      pictures.add(picture);
    }
  }

  private static Function<DicomHeader, Optional<String>> value(Key key) {
    return switch (key) {
      case INSTANCE -> DicomHeader::instanceUid;
      case ACCESSION -> DicomHeader::accessionNumber;
      case STUDY -> DicomHeader::studyUid;
      case PATIENT -> DicomHeader::patientId;
      case FILE, FOLDER -> throw new IllegalArgumentException(key.text());
    };
  }
}
