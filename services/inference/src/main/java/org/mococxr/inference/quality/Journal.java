package org.mococxr.inference.quality;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lines in a folder that the replicas of a service share: each appends and reads what the others
 * appended. They lie in numbered files of a bounded size, of which the oldest are deleted. Not safe
 * for several threads.
 */
final class Journal {
  private static final Pattern NAME = Pattern.compile("feedback-(\\d{8})\\.jsonl");

  /** Files that are kept, the one that grows included. */
  private static final int FILES = 4;

  /** Bytes that are read at once, longer than any line. */
  private static final int PART = 4 << 20;

  private final Path folder;
  private final long fileBytes;

  /** The newest file that was seen; 0 before the first line. */
  private int writing;

  private int reading;
  private long offset;

  /**
   * @param folder made where there is none
   * @param mostBytes of all files together
   */
  Journal(Path folder, long mostBytes) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.fileBytes = Math.max(1, mostBytes / FILES);
  }

  /** Appends in one write, so that lines of several processes do not mix. */
  void append(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    // A look at two names in place of a list of the folder, unless another replica went on, maybe
    // so far that neither name is there any more.
    if (writing == 0 || !Files.exists(file(writing)) || Files.exists(file(writing + 1))) {
      TreeSet<Integer> numbers = numbers();
      writing = numbers.isEmpty() ? 1 : numbers.last();
    }
    Path file = file(writing);
    if (Files.exists(file) && Files.size(file) + bytes.length > fileBytes) {
      writing++;
      file = file(writing);
      for (int old : numbers().headSet(writing + 1 - FILES)) {
        Files.deleteIfExists(file(old));
      }
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) { // the second write tells why the first one was short
        channel.write(left);
      }
    }
  }

  /** Hands over the whole lines that were appended since the last call, by whomever. */
  void follow(Consumer<String> each) throws IOException {
    for (int number : numbers().tailSet(reading)) {
      if (number != reading) {
        reading = number;
        offset = 0;
      }
      try (FileChannel channel = FileChannel.open(file(number), StandardOpenOption.READ)) {
        while (read(channel, each)) {}
      } catch (NoSuchFileException e) {
        // Another replica found it too old.
      }
    }
  }

  /** Hands over the next lines; false when there is no whole one. */
  private boolean read(FileChannel channel, Consumer<String> each) throws IOException {
    ByteBuffer part = ByteBuffer.allocate((int) Math.clamp(channel.size() - offset, 0, PART));
    while (part.hasRemaining() && channel.read(part, offset + part.position()) > 0) {}
    byte[] bytes = part.array();
    int begin = 0;
    for (int i = 0; i < part.position(); i++) {
      if (bytes[i] == '\n') {
        each.accept(new String(bytes, begin, i - begin, StandardCharsets.UTF_8));
        begin = i + 1;
      }
    }
    offset += begin;
    return begin > 0;
  }

  private TreeSet<Integer> numbers() throws IOException {
    TreeSet<Integer> numbers = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          file -> {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (name.matches()) {
              numbers.add(Integer.parseInt(name.group(1)));
            }
          });
    }
    return numbers;
  }

  private Path file(int number) {
    return folder.resolve("feedback-%08d.jsonl".formatted(number));
  }
}
