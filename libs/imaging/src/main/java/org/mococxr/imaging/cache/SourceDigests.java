package org.mococxr.imaging.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.files.PictureFile;

/**
 * SHA-256 of source files, remembered in the cache folder by path, size and time of change, so that
 * opening the cache of 200,000 unchanged files does not read them all again.
 *
 * <p>The memory holds digests of paths, not paths: those may tell patients' names. It is a
 * convenience only; losing or damaging it costs time, nothing else.
 */
final class SourceDigests {
  private static final String FILE = "source-digests";

  /** A file changed this shortly before it was read may change again within the clock's tick. */
  private static final long SETTLED_SECONDS = 3;

  private SourceDigests() {}

  /** The digests of files, in order. */
  static List<byte[]> of(Path folder, List<Path> files, Progress progress) {
    Map<String, String> remembered = load(folder.resolve(FILE));
    Map<String, String> fresh = new ConcurrentHashMap<>();
    byte[][] digests = new byte[files.size()][];
    Parallel.forEach(
        files.size(),
        "reading digests",
        progress,
        i -> {
          PictureFile picture = PictureFile.of(files.get(i));
          Path file = picture.file();
          try {
            String stamp = stamp(file);
            String known = remembered.get(stamp);
            if (known == null) {
              known = Digests.sha256(file);
              long now = System.currentTimeMillis() / 1000;
              if (now - Files.getLastModifiedTime(file).to(TimeUnit.SECONDS) > SETTLED_SECONDS) {
                fresh.put(stamp, known);
              }
            }
            digests[i] = ofFrame(HexFormat.of().parseHex(known), picture.frame());
          } catch (IOException e) {
            throw FileErrors.reading(file, e, "expected a picture");
          }
        });
    if (!fresh.isEmpty()) {
      fresh.putAll(remembered);
      save(folder.resolve(FILE), fresh);
    }
    return Arrays.asList(digests);
  }

  /** Two frames of a file are two pictures. */
  static byte[] ofFrame(byte[] digest, OptionalInt frame) {
    if (frame.isEmpty()) {
      return digest;
    }
    MessageDigest own = Digests.sha256();
    own.update(digest);
    return own.digest(("#" + frame.getAsInt()).getBytes(StandardCharsets.UTF_8));
  }

  private static String stamp(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    String facts =
        file.toAbsolutePath().normalize()
            + "\0"
            + attributes.size()
            + "\0"
            + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)
            + "\0"
            + attributes.fileKey();
    return Digests.sha256(facts).substring(0, 32);
  }

  /** Lines of 32 and 64 hexadecimal digits; whatever else stands there is passed over. */
  private static Map<String, String> load(Path file) {
    Map<String, String> known = new ConcurrentHashMap<>();
    if (Files.exists(file)) {
      try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
        lines
            .filter(line -> line.matches("[0-9a-f]{32} [0-9a-f]{64}"))
            .forEach(line -> known.put(line.substring(0, 32), line.substring(33)));
      } catch (IOException | java.io.UncheckedIOException e) {
        known.clear();
      }
    }
    return known;
  }

  private static void save(Path file, Map<String, String> known) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(known)
        .forEach((stamp, digest) -> text.append(stamp).append(' ').append(digest).append('\n'));
    try {
      AtomicFiles.write(file, text.toString());
    } catch (IOException e) {
      // Only the next opening is slower.
      return;
    }
  }
}
