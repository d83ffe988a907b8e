package org.mococxr.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.Deidentifier;
import org.mococxr.imaging.dicom.Pseudonyms;

/**
 * Keeps a de-identified copy of what a query finds in a folder, a file for each image at {@code
 * study/image.dcm}, both named by pseudonyms. A download that was cut off goes on where it stopped;
 * one that is complete asks the archive no more, until its {@value #STATE} is deleted.
 */
public final class ArchiveDownload {
  private static final String STATE = "archive.json";

  private final Path folder;
  private final Pseudonyms pseudonyms;
  private final Deidentifier deidentifier;

  /**
   * What a folder holds.
   *
   * @param query that it answers, in words
   * @param complete whether all its images have been looked at
   * @param images files that were written
   * @param skipped why others were not, by their pseudonyms
   */
  public record State(String query, boolean complete, int images, Map<String, String> skipped) {
    /** Sorts by pseudonym. */
    public State {
      skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
    }
  }

  /**
   * @param folder of the copy; made if it is not there
   * @param salt of the pseudonyms, kept secret
   */
  public ArchiveDownload(Path folder, String salt, DecodeLimits limits) {
    this.folder = folder;
    this.pseudonyms = new Pseudonyms(salt);
    this.deidentifier = new Deidentifier(pseudonyms, limits);
  }

  /**
   * Downloads what is missing.
   *
   * @throws UserErrorException if the folder holds the answer to another query, or the archive
   *     refuses
   */
  public State run(DicomWebClient archive, ArchiveQuery query, Progress progress) {
    String salted = query + " " + pseudonyms.of("query", query.toString());
    State state = state(salted);
    if (state.complete()) {
      return state;
    }
    Map<String, String> skipped = new TreeMap<>(state.skipped());
    write(new State(salted, false, 0, skipped));
    List<ArchivedImage> images = archive.search(query);
    int written = 0;
    for (int i = 0; i < images.size(); i++) {
      ArchivedImage image = images.get(i);
      String key = pseudonyms.of("instance", image.instance());
      Path file = folder.resolve(pseudonyms.of("study", image.study())).resolve(key + ".dcm");
      if (Files.exists(file)) {
        written++;
      } else if (!skipped.containsKey(key)) {
        try {
          write(file, deidentifier.apply(archive.retrieve(image), key));
          written++;
        } catch (UserErrorException e) {
          if (!e.location().startsWith(key)) {
            throw e;
          }
          skipped.put(key, e.problem());
          write(new State(salted, false, written, skipped));
        }
      }
      progress.update("downloading images", i + 1, images.size());
    }
    State complete = new State(salted, true, written, skipped);
    write(complete);
    return complete;
  }

  private State state(String query) {
    Path file = folder.resolve(STATE);
    if (!Files.exists(file)) {
      return new State(query, false, 0, Map.of());
    }
    State state = Json.read(file, State.class);
    if (!state.query().equals(query)) {
      throw UserErrorException.at(
          folder,
          "holds the answer to another query, or was made with another salt",
          "name another folder, or empty this one");
    }
    return state;
  }

  private void write(State state) {
    write(folder.resolve(STATE), Json.text(state).getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      AtomicFiles.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
