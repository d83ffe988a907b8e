package org.mococxr.datasets.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.specs.data.DataSource;

/** The X-rays below a folder, and by what a labels file may name them. */
final class Pictures {
  /**
   * One X-ray.
   *
   * @param path relative to the folder
   * @param header of a DICOM file
   */
  record Picture(String path, Optional<DicomHeader> header) {}

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

  private final Path root;
  private final ImageFiles files;
  private final List<Picture> all = new ArrayList<>();
  private final List<String> withoutPixels = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final Map<Key, Map<String, List<Integer>>> indices = new HashMap<>();
  private final int[] numbers;

  private Pictures(Path root, ImageFiles files, Progress progress) {
    this.root = root;
    this.files = files;
    this.numbers = new int[files.paths().size()];
    int done = 0;
    for (String path : files.paths()) {
      numbers[done++] = -1;
      Path file = root.resolve(path);
      if (!ImageFiles.isDicom(file)) {
        add(done - 1, new Picture(path, Optional.empty()));
        continue;
      }
      progress.update("reading DICOM headers", done, files.paths().size());
      try {
        DicomHeader header = DicomFile.readHeader(file, DecodeLimits.defaults());
        if (header.hasPixels()) {
          add(done - 1, new Picture(path, Optional.of(header)));
        } else {
          withoutPixels.add(path);
        }
      } catch (UserErrorException e) {
        rejected.add(new Rejected(path, 0, e.problem()));
      }
    }
  }

  private void add(int number, Picture picture) {
    numbers[number] = all.size();
    all.add(picture);
  }

  /** Looks through a source's folder and reads the headers of DICOM files. */
  static Pictures of(DataSource source, Progress progress) {
    return new Pictures(source.rootPath(), ImageFiles.below(source.rootPath()), progress);
  }

  /** The folder. */
  Path root() {
    return root;
  }

  /** In the order of their paths. */
  List<Picture> all() {
    return all;
  }

  /** Whether any of them is a DICOM file. */
  boolean anyDicom() {
    return all.stream().anyMatch(picture -> picture.header().isPresent());
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
