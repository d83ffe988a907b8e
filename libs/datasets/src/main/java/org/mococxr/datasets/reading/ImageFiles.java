package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.files.ImageFormat;

/**
 * The image files below a folder, found by what labels files call them: a path of this or another
 * machine, a name, a name without extension, in upper or lower case, with composed or decomposed
 * accents. The longest tail of the path that fits decides.
 */
final class ImageFiles {
  private static final Set<String> PICTURES = Set.of("png", "jpg", "jpeg", "bmp", "tif", "tiff");
  private static final Set<String> DICOM = Set.of("dcm", "dicom");

  /** Pictures and volumes that are not read. */
  private static final Set<String> UNREAD =
      FolderNames.words("gif webp heic heif avif jp2 j2k jxl psd nii nii.gz mha mhd nrrd npy npz");

  /** Packed files, which may hold pictures. */
  private static final Set<String> ARCHIVES = FolderNames.words("zip tar tgz gz bz2 xz 7z rar");

  /** Extensions of files that are certainly no DICOM files with a UID for a name. */
  private static final Set<String> OTHERS =
      FolderNames.words(
          "csv tsv txt xls xlsx xlsm ods json jsonl xml yaml yml html htm md pdf doc docx"
              + " zip gz tar tgz 7z rar npy npz pkl pt pth h5 hdf5 mat py ipynb sh log db ini"
              + " mp4 avi gif webp svg safetensors onnx");

  private final List<String> paths;
  private final List<String> masks;
  private final Map<String, Integer> unread;
  private final Map<String, Integer> archives;
  private final List<Map<String, List<Integer>>> byTail = new ArrayList<>();
  private final int depth;

  private ImageFiles(
      List<String> paths,
      List<String> masks,
      Map<String, Integer> unread,
      Map<String, Integer> archives) {
    this.unread = unread;
    this.archives = archives;
    this.paths = List.copyOf(paths);
    this.masks = List.copyOf(masks);
    this.depth = paths.stream().mapToInt(p -> p.split("/").length).max().orElse(0);
  }

  /**
   * Looks through a folder recursively; hidden files and folders are left out, and so are masks
   * beside the images they belong to.
   */
  static ImageFiles below(Path root) {
    List<String> images = new ArrayList<>();
    List<String> masks = new ArrayList<>();
    Map<String, Integer> unread = new TreeMap<>();
    Map<String, Integer> archives = new TreeMap<>();
    for (Path file : allFiles(root)) {
      if (isImage(file)) {
        String path = relative(root, file);
        (FolderNames.isMask(path) ? masks : images).add(path);
      } else {
        String kind = kind(file);
        if (UNREAD.contains(kind)) {
          unread.merge(kind, 1, Integer::sum);
        } else if (ARCHIVES.contains(kind) && !CsvTable.isTable(file)) {
          archives.merge(kind, 1, Integer::sum);
        }
      }
    }
    return images.isEmpty()
        ? new ImageFiles(masks, images, unread, archives)
        : new ImageFiles(images, masks, unread, archives);
  }

  /**
   * All files below a folder in the order of their paths. Links to folders are followed, but no
   * folder is looked through twice: a picture must not count as two.
   */
  static List<Path> allFiles(Path root) {
    if (!Files.isDirectory(root)) {
      throw UserErrorException.at(root, "there is no such folder", "give an existing folder");
    }
    List<Path> files = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    Deque<Path> folders = new ArrayDeque<>(List.of(root));
    try {
      while (!folders.isEmpty()) {
        List<Path> links = new ArrayList<>();
        walk(folders.poll(), seen, files, links);
        links.sort(null);
        folders.addAll(links);
      }
    } catch (IOException e) {
      throw FileErrors.reading(root, e, "check the folder");
    }
    files.sort(null);
    return files;
  }

  /** Looks through one folder, and notes the links to others. */
  private static void walk(Path shown, Set<Object> seen, List<Path> files, List<Path> links)
      throws IOException {
    Path real = shown.toRealPath();
    Files.walkFileTree(
        real,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            boolean hidden =
                !folder.equals(real) && (name.startsWith(".") || name.equals("__MACOSX"));
            Object key = attributes.fileKey();
            return hidden || key != null && !seen.add(key)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            Path place = shown.resolve(real.relativize(file));
            if (name.startsWith(".") || attributes.isOther()) {
              return FileVisitResult.CONTINUE;
            }
            if (attributes.isSymbolicLink() && Files.isDirectory(file)) {
              links.add(place);
            } else if (!attributes.isSymbolicLink() || Files.isRegularFile(file)) {
              files.add(place);
            } else if (isPictureName(name) && !Files.exists(file)) {
              files.add(place); // It leads to nothing that can be read: said when it is decoded.
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
  }

  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Whether a name ends as pictures' names do. */
  static boolean isPictureName(String name) {
    String extension = extension(name(name));
    return PICTURES.contains(extension) || DICOM.contains(extension);
  }

  /** A picture or DICOM file, by its extension, or by its content where that says nothing. */
  static boolean isImage(Path file) {
    String extension = extension(file.getFileName().toString());
    return PICTURES.contains(extension)
        || DICOM.contains(extension)
        || !OTHERS.contains(extension) && ImageFormat.of(file).isPresent();
  }

  /**
   * A DICOM file by its extension, or by its content where it is not called a picture.
   *
   * @param misnamed whether pictures' extensions say nothing here either
   */
  static boolean isDicom(Path file, boolean misnamed) {
    String extension = extension(file.getFileName().toString());
    return DICOM.contains(extension)
        || (misnamed || !PICTURES.contains(extension))
            && !OTHERS.contains(extension)
            && isDicomInside(file);
  }

  private static boolean isDicomInside(Path file) {
    try {
      return ImageFormat.of(file).filter(ImageFormat.DICOM::equals).isPresent();
    } catch (UserErrorException e) {
      // It cannot be read: told when it is decoded.
      return false;
    }
  }

  /** Whether a few of the files, evenly chosen, are DICOM files that are called pictures. */
  boolean misnamed(Path root) {
    int looked = Math.min(16, paths.size());
    return IntStream.range(0, looked)
        .mapToObj(i -> root.resolve(paths.get((int) ((long) i * paths.size() / looked))))
        .anyMatch(
            file ->
                PICTURES.contains(extension(file.getFileName().toString())) && isDicomInside(file));
  }

  /** Relative paths, sorted. */
  List<String> paths() {
    return paths;
  }

  /** The extension, of NIfTI with that of its compression. */
  private static String kind(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".nii.gz") ? "nii.gz" : extension(name);
  }

  /** Kinds of pictures and volumes that are not read, to how many there are. */
  Map<String, Integer> unread() {
    return unread;
  }

  /** Kinds of archives, to how many there are. */
  Map<String, Integer> archives() {
    return archives;
  }

  /** Masks and other pictures made from X-rays that were left out. */
  List<String> masks() {
    return masks;
  }

  /** The file that a labels file means. */
  Optional<String> find(String text) throws RowReader.BadRow {
    OptionalInt index = indexOf(text);
    return index.isEmpty() ? Optional.empty() : Optional.of(paths.get(index.getAsInt()));
  }

  /** As {@link #find}, the index among the paths. */
  OptionalInt indexOf(String text) throws RowReader.BadRow {
    String[] segments = segments(text);
    for (int length = Math.min(segments.length, depth); length > 0; length--) {
      List<Integer> found = tails(length).get(key(segments, length));
      if (found != null) {
        List<Integer> fitting = found.stream().filter(i -> samePart(segments, i)).toList();
        if (fitting.size() > 1) {
          return OptionalInt.of(exact(text, segments, length, fitting));
        }
        if (fitting.size() == 1) {
          return OptionalInt.of(fitting.get(0));
        }
      }
    }
    return OptionalInt.empty();
  }

  /** A path in words that compare equal for one file: see {@link #find}. */
  static String normal(String text) {
    String[] segments = segments(text);
    return key(segments, segments.length);
  }

  /** Among files that differ in case or extension only, the one that is written so. */
  private int exact(String text, String[] segments, int length, List<Integer> found)
      throws RowReader.BadRow {
    // Names that differ in how accents are composed are two on most disks.
    List<Integer> asWritten =
        found.stream().filter(i -> ("/" + paths.get(i)).endsWith("/" + text)).toList();
    if (asWritten.size() == 1) {
      return asWritten.get(0);
    }
    String tail = tail(segments, length);
    for (boolean caseMatters : new boolean[] {true, false}) {
      List<Integer> same =
          found.stream()
              .filter(
                  i -> {
                    String own = tail(segments(paths.get(i)), length);
                    return caseMatters ? own.equals(tail) : own.equalsIgnoreCase(tail);
                  })
              .toList();
      if (same.size() == 1) {
        return same.get(0);
      }
    }
    throw new RowReader.BadRow(
        "'%s' could be %s or %s"
            .formatted(RowReader.clip(text), paths.get(found.get(0)), paths.get(found.get(1))));
  }

  /** What is listed below train is not what lies below test, even if the names are equal. */
  private boolean samePart(String[] segments, int index) {
    Optional<String> listed = FolderNames.partAmong(segments);
    Optional<String> found = FolderNames.partAmong(paths.get(index).split("/"));
    return listed.isEmpty() || found.isEmpty() || listed.equals(found);
  }

  private Map<String, List<Integer>> tails(int length) {
    while (byTail.size() < length) {
      byTail.add(null);
    }
    Map<String, List<Integer>> known = byTail.get(length - 1);
    if (known == null) {
      known = new HashMap<>(paths.size() * 2);
      for (int i = 0; i < paths.size(); i++) {
        String[] segments = segments(paths.get(i));
        if (segments.length >= length) {
          known.computeIfAbsent(key(segments, length), k -> new ArrayList<>(1)).add(i);
        }
      }
      byTail.set(length - 1, known);
    }
    return known;
  }

  /** Without drive, root and dots: what is left may end in a path below this folder. */
  private static String[] segments(String text) {
    String path = Normalizer.normalize(text, Normalizer.Form.NFC).replace('\\', '/');
    if (path.length() > 1 && path.charAt(1) == ':') {
      path = path.substring(2);
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/")) {
      String plain = segment.strip();
      if (!plain.isEmpty() && !plain.equals(".") && !plain.equals("..")) {
        segments.add(plain);
      }
    }
    return segments.toArray(String[]::new);
  }

  private static String tail(String[] segments, int length) {
    return String.join("/", List.of(segments).subList(segments.length - length, segments.length));
  }

  private static String key(String[] segments, int length) {
    String tail = tail(segments, length).toLowerCase(Locale.ROOT);
    String extension = extension(name(tail));
    // Archives have extensions of their own, such as .ima; a number ends a UID and is none.
    return extension.matches("[a-z][a-z0-9]{1,4}")
        ? tail.substring(0, tail.length() - extension.length() - 1)
        : tail;
  }
}
