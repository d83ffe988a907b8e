package org.mococxr.datasets.csv;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import java.util.Arrays;
import java.util.Collections;

/**
 * Makes rows of the lines that the parser finds. Tables of labels say the same few words millions
 * of times: a short value that came shortly before is the same string and not a new one.
 */
final class LineFields extends AbstractBaseCsvCallbackHandler<CsvTable.Row> {
  private static final int MOST = 1 << 14;

  /** As the parser's own records have it: what one line may hold in memory. */
  private static final int MOST_CHARACTERS = 1 << 26;

  private static final int SHORT = 16;
  private static final int KNOWN = 1 << 10;

  private final String[] known = new String[KNOWN];
  private String[] fields = new String[32];
  private int count;
  private int characters;

  @Override
  protected void handleBegin(long line) {
    count = 0;
    characters = 0;
  }

  @Override
  protected void handleField(int index, char[] text, int from, int length, boolean quoted) {
    if (count == MOST) {
      throw new CsvParseException(
          "line %d has more than %d fields".formatted(getStartingLineNumber(), MOST));
    }
    characters += length;
    if (characters > MOST_CHARACTERS) {
      throw new CsvParseException(
          "line %d has more than %d characters"
              .formatted(getStartingLineNumber(), MOST_CHARACTERS));
    }
    if (count == fields.length) {
      fields = Arrays.copyOf(fields, count * 2);
    }
    fields[count++] =
        length == 0
            ? ""
            : length > SHORT ? new String(text, from, length) : known(text, from, length);
  }

  private String known(char[] text, int from, int length) {
    int hash = length;
    for (int i = from; i < from + length; i++) {
      hash = hash * 31 + text[i];
    }
    int place = (hash ^ hash >>> 10) & KNOWN - 1;
    String found = known[place];
    if (found != null && equal(found, text, from, length)) {
      return found;
    }
    return known[place] = new String(text, from, length);
  }

  private static boolean equal(String found, char[] text, int from, int length) {
    if (found.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (found.charAt(i) != text[from + i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  protected CsvTable.Row buildRecord() {
    return new CsvTable.Row(
        getStartingLineNumber(),
        Collections.unmodifiableList(Arrays.asList(Arrays.copyOf(fields, count))));
  }
}
