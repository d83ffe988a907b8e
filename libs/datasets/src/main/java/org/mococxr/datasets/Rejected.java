package org.mococxr.datasets;

/**
 * A row or file that is not part of the data set, and why.
 *
 * @param file where it was found
 * @param line counting from 1 with the header; 0 for a whole file
 * @param reason what is wrong with it
 */
public record Rejected(String file, long line, String reason) {

  /** Where it was found, for messages. */
  public String place() {
    return file + (line > 0 ? ", line " + line : "");
  }
}
