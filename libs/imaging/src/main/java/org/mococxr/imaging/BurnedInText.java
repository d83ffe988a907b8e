package org.mococxr.imaging;

import java.util.ArrayList;
import java.util.List;

/**
 * A simple detector of text at the border of a picture, where scanners and archives print names and
 * dates: a row of at least {@value #LETTERS} small marks of the brightest or darkest level, of
 * about one height and on one line. A side marker of one or two letters is none. It may miss text
 * and may see it where there is none: what it finds is for a person to look at.
 */
public final class BurnedInText {
  private static final int LETTERS = 6;

  /** Share of each side that is looked at. */
  private static final double BORDER = 0.15;

  private static final int LEAST_HEIGHT = 5;
  private static final int MOST_PIXELS = 4096;

  private final GreyImage image;
  private final boolean[] seen;
  private final int[] stack = new int[MOST_PIXELS];

  private record Mark(int left, int top, int right, int bottom) {
    int height() {
      return bottom - top + 1;
    }

    int width() {
      return right - left + 1;
    }
  }

  private BurnedInText(GreyImage image) {
    this.image = image;
    this.seen = new boolean[image.pixels().length];
  }

  /** Whether there seems to be text at the border. */
  public static boolean seemsIn(GreyImage image) {
    return new BurnedInText(image).found(true) || new BurnedInText(image).found(false);
  }

  private boolean found(boolean bright) {
    int marginX = (int) (BORDER * image.width());
    int marginY = (int) (BORDER * image.height());
    List<Mark> marks = new ArrayList<>();
    for (int y = 0; y < image.height(); y++) {
      boolean edge = y < marginY || y >= image.height() - marginY;
      for (int x = 0; x < image.width(); x++) {
        if (!edge && x == marginX) {
          x = Math.max(x, image.width() - marginX);
        }
        if (x < image.width() && ink(x, y, bright) && !seen[y * image.width() + x]) {
          Mark mark = mark(x, y, bright);
          if (mark != null && marks.size() < MOST_PIXELS) {
            marks.add(mark);
          }
        }
      }
    }
    return marks.stream().anyMatch(first -> onOneLine(first, marks) >= LETTERS);
  }

  /** Marks of about the same height on the same line, near enough to be its letters. */
  private static long onOneLine(Mark first, List<Mark> marks) {
    int height = first.height();
    return marks.stream()
        .filter(mark -> mark.left() >= first.left() && mark.left() <= first.left() + 30 * height)
        .filter(mark -> Math.abs(mark.bottom() - first.bottom()) <= Math.max(1, height / 5))
        .filter(mark -> 2 * mark.height() >= height && mark.height() <= 2 * height)
        .count();
  }

  private boolean ink(int x, int y, boolean bright) {
    int level = image.at(x, y);
    return bright ? level >= 250 : level <= 5;
  }

  /** The connected mark at a place; {@code null} if it has not the size of a letter. */
  private Mark mark(int x, int y, boolean bright) {
    int width = image.width();
    int left = x;
    int right = x;
    int top = y;
    int bottom = y;
    int depth = 0;
    int pixels = 0;
    boolean tooLarge = false;
    stack[depth++] = y * width + x;
    seen[y * width + x] = true;
    while (depth > 0) {
      int at = stack[--depth];
      int px = at % width;
      int py = at / width;
      left = Math.min(left, px);
      right = Math.max(right, px);
      top = Math.min(top, py);
      bottom = Math.max(bottom, py);
      pixels++;
      for (int ny = Math.max(0, py - 1); ny <= Math.min(image.height() - 1, py + 1); ny++) {
        for (int nx = Math.max(0, px - 1); nx <= Math.min(width - 1, px + 1); nx++) {
          int next = ny * width + nx;
          if (!seen[next] && ink(nx, ny, bright)) {
            if (depth == stack.length) {
              tooLarge = true;
              continue;
            }
            seen[next] = true;
            stack[depth++] = next;
          }
        }
      }
    }
    Mark mark = new Mark(left, top, right, bottom);
    boolean letter =
        !tooLarge
            && mark.height() >= LEAST_HEIGHT
            && mark.height() <= Math.max(20, image.height() / 15)
            && mark.width() <= 2 * mark.height()
            && pixels < MOST_PIXELS
            // A letter leaves some of its box free, a speck or a bar does not.
            && pixels < 0.85 * mark.width() * mark.height();
    return letter ? mark : null;
  }
}
