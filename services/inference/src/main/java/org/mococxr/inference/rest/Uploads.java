package org.mococxr.inference.rest;

import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.http.Body;
import org.mococxr.inference.http.Multipart;
import org.mococxr.inference.prediction.XrayFile;

/**
 * The image files of a request: its body, a form's fields {@code image}, or the entries of a zip in
 * either place. A form's field {@code study} names the study of the images that follow it; a zip's
 * folder, that of the images in it.
 */
final class Uploads {
  private static final String IMAGE = "image";
  private static final String STUDY = "study";
  private static final int LONGEST_ID = 256;

  private final List<XrayFile> files = new ArrayList<>();

  /** Names of images and studies so far: what two uploads call alike is not one thing. */
  private final Set<String> taken = new HashSet<>();

  private final long mostBytes;
  private final int mostFiles;
  private long unzipped;

  private Uploads(long mostBytes, int mostFiles) {
    this.mostBytes = mostBytes;
    this.mostFiles = mostFiles;
  }

  /**
   * @param mostBytes that a zip may become
   * @param mostFiles images in one request
   */
  static List<XrayFile> of(Body body, HttpServerRequest request, long mostBytes, int mostFiles) {
    ByteBuffer bytes = body.inflated(request.getHeader("Content-Encoding"));
    String type = request.getHeader("Content-Type");
    Uploads uploads = new Uploads(mostBytes, mostFiles);
    if (Multipart.recognises(type)) {
      uploads.form(Multipart.parts(bytes, type));
    } else {
      uploads.file("request body", Optional.empty(), bytes);
    }
    return uploads.files;
  }

  private void form(List<Multipart.Part> parts) {
    Optional<String> study = Optional.empty();
    for (Multipart.Part part : parts) {
      if (part.name().equals(STUDY)) {
        String id = StandardCharsets.UTF_8.decode(part.content().duplicate()).toString().strip();
        if (id.length() > LONGEST_ID) {
          throw new UserErrorException(
              "form field " + STUDY, "is too long", "up to " + LONGEST_ID + " characters");
        }
        study = id.isEmpty() ? Optional.empty() : Optional.of(id);
        study.ifPresent(taken::add);
      } else if (part.name().equals(IMAGE)) {
        String name = part.fileName().isBlank() ? "form field " + IMAGE : part.fileName();
        file(name, study, part.content());
      }
    }
    if (files.isEmpty()) {
      throw new UserErrorException(
          "form field " + IMAGE, "is missing", "send -F image=@xray.png, once or several times");
    }
  }

  private void file(String name, Optional<String> study, ByteBuffer content) {
    int begin = content.arrayOffset() + content.position();
    byte[] bytes = Arrays.copyOfRange(content.array(), begin, begin + content.remaining());
    boolean zip = bytes.length > 3 && bytes[0] == 'P' && bytes[1] == 'K' && bytes[2] <= 5;
    if (zip) {
      unzip(name, study, bytes);
    } else {
      add(name, study, bytes);
    }
  }

  /** The name, with a number behind it where it is taken. */
  private String distinct(String name) {
    String own = name;
    for (int number = 2; !taken.add(own); number++) {
      own = name + " (" + number + ")";
    }
    return own;
  }

  private void add(String name, Optional<String> study, byte[] content) {
    if (files.size() == mostFiles) {
      throw new UserErrorException(
          "request", "has more than " + mostFiles + " images", "send them in several requests");
    }
    files.add(new XrayFile(distinct(name), study, content));
  }

  private void unzip(String name, Optional<String> study, byte[] zip) {
    int before = files.size();
    Map<String, String> studies = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String path = entry.getName();
        String file = path.substring(path.lastIndexOf('/') + 1);
        boolean hidden = file.startsWith(".") || path.startsWith("__MACOSX/");
        if (entry.isDirectory() || hidden || file.equals("DICOMDIR")) {
          continue;
        }
        byte[] content = in.readNBytes((int) Math.min(Integer.MAX_VALUE, mostBytes - unzipped + 1));
        unzipped += content.length;
        if (unzipped > mostBytes) {
          throw new UserErrorException(
              name, "has more than " + mostBytes + " bytes unzipped", "send several smaller ones");
        }
        Optional<String> folder =
            path.contains("/")
                ? Optional.of(path.substring(0, path.lastIndexOf('/')))
                : Optional.empty();
        add(
            path,
            study.or(() -> folder.map(id -> studies.computeIfAbsent(id, this::distinct))),
            content);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new UserErrorException(
          name, "is not a whole zip: " + Causes.message(e), "a zip of PNG, JPEG or DICOM files", e);
    }
    if (files.size() == before) {
      throw new UserErrorException(name, "has no files", "a zip of PNG, JPEG or DICOM files");
    }
  }
}
