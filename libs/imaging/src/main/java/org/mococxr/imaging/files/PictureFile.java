package org.mococxr.imaging.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A picture by its path, which may name one frame of a file with several: {@code chest.dcm#3} is
 * the third frame of {@code chest.dcm}.
 *
 * @param file what lies on the disk
 * @param frame number from 1; empty for the usual one
 */
public record PictureFile(Path file, OptionalInt frame) {
  private static final String MARK = "#";

  /** The picture of a path; a file whose own name ends so is itself. */
  public static PictureFile of(Path path) {
    String name = String.valueOf(path.getFileName());
    int mark = name.lastIndexOf(MARK);
    if (mark < 1 || !name.substring(mark + 1).matches("[1-9][0-9]{0,6}") || Files.exists(path)) {
      return new PictureFile(path, OptionalInt.empty());
    }
    return new PictureFile(
        path.resolveSibling(name.substring(0, mark)),
        OptionalInt.of(Integer.parseInt(name.substring(mark + 1))));
  }

  /**
   * The path of a frame.
   *
   * @param index from 0; the first frame has the file's own path
   */
  public static String path(String file, int index) {
    return index == 0 ? file : file + MARK + (index + 1);
  }
}
