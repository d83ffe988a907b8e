package org.mococxr.datasets.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.files.PictureFile;

/**
 * A split as a tree of symbolic links that ImageFolder loaders of other frameworks read: {@code
 * <part>/<class>/patient_study_view.jpg}. As in the reference, uncertain counts as positive and
 * blank as negative.
 */
public final class LinkTree {
  private LinkTree() {}

  /**
   * @param split folder of a finished split
   * @param task whose classes become folders: {@code <task>} and {@code no_<task>}
   * @param output gets a folder for each part
   * @param draws whether draws become parts too
   * @return links per part
   */
  public static Map<String, Integer> run(
      Path split, String task, Path output, boolean draws, Progress progress) {
    JsonNode description = read(split.resolve(Splitting.FILE));
    Path root = Path.of(description.path("root").asText());
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> part : description.path("parts").properties()) {
      String name = part.getKey();
      boolean wanted = draws || !part.getValue().has("draw");
      if (wanted && !name.equals("pretrain")) {
        Path csv = split.resolve(part.getValue().path("file").asText());
        counts.put(name, link(Manifest.read(csv, root), task, output.resolve(name), progress));
      }
    }
    return counts;
  }

  private static int link(Dataset part, String wanted, Path folder, Progress progress) {
    String task = part.task(wanted);
    String positive = task.replaceAll("[^A-Za-z0-9.-]+", "_");
    int done = 0;
    for (ImageRecord image : part.images()) {
      Label label = image.label(task);
      boolean ill = label == Label.POSITIVE || label == Label.UNCERTAIN;
      String extension = image.path().substring(image.path().lastIndexOf('.'));
      String name = String.join("_", image.patient(), image.study(), image.view());
      Path link =
          folder
              .resolve(ill ? positive : "no_" + positive)
              .resolve(name.replaceAll("[^A-Za-z0-9.-]+", "_") + extension);
      try {
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(
            link, PictureFile.of(part.file(image)).file().toAbsolutePath().normalize());
      } catch (UnsupportedOperationException e) {
        throw UserErrorException.at(
            link, "cannot be made: " + Causes.message(e), "give a folder where links can be made");
      } catch (IOException e) {
        throw FileErrors.writing(link, e, "give a folder where links can be made");
      }
      progress.update("linking " + part.name(), ++done, part.size());
    }
    return done;
  }

  private static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw UserErrorException.at(file, "is not there", "give the folder of a finished split");
    }
    try {
      return Json.MAPPER.readTree(file.toFile());
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "make the split anew");
    }
  }
}
