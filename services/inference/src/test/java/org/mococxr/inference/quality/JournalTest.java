package org.mococxr.inference.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;

  @Test
  void eachReplicaReadsWhatAllAppended() throws IOException {
    Journal one = new Journal(folder, 1 << 20);
    Journal other = new Journal(folder, 1 << 20);
    one.append("a");
    other.append("b");
    assertEquals(List.of("a", "b"), lines(one));
    one.append("c");
    assertEquals(List.of("c"), lines(one));
    assertEquals(List.of("a", "b", "c"), lines(other));
    assertEquals(List.of(), lines(other));
    assertEquals(List.of("a", "b", "c"), lines(new Journal(folder, 1 << 20)));
  }

  @Test
  void aLineThatIsNotWholeIsReadWhenItIs() throws IOException {
    Journal journal = new Journal(folder, 1 << 20);
    journal.append("a");
    Path file = folder.resolve("feedback-00000001.jsonl");
    Files.writeString(file, "half", StandardOpenOption.APPEND);
    assertEquals(List.of("a"), lines(journal));
    Files.writeString(file, " a line\n", StandardOpenOption.APPEND);
    assertEquals(List.of("half a line"), lines(journal));
  }

  @Test
  void theOldestAreDeletedAndTheOthersRead() throws IOException {
    Journal journal = new Journal(folder, 4000);
    Journal reader = new Journal(folder, 4000);
    List<String> read = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      journal.append("line " + i);
      if (i % 7 == 0) {
        read.addAll(lines(reader));
      }
    }
    read.addAll(lines(reader));
    assertEquals(Stream.iterate(0, i -> i + 1).limit(1000).map(i -> "line " + i).toList(), read);
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertTrue(bytes <= 4000, bytes + " bytes");
    List<String> kept = lines(new Journal(folder, 4000));
    assertEquals("line 999", kept.getLast());
    assertTrue(kept.size() > 200, kept.size() + " lines");
  }

  /** Each answer waited for two lists of the folder, under the lock that all answers share. */
  @Test
  void appendingDoesNotListTheFolder() throws IOException {
    Journal journal = new Journal(folder, 1 << 20);
    journal.append("first");
    // Whoever lists the folder goes on with the newest file and deletes what is too old.
    Path newest = Files.createFile(folder.resolve("feedback-00000009.jsonl"));
    journal.append("second");
    assertEquals("first\nsecond\n", Files.readString(folder.resolve("feedback-00000001.jsonl")));
    Journal later = new Journal(folder, 1 << 20);
    later.append("third");
    assertEquals("third\n", Files.readString(newest));
    Path old = Files.createFile(folder.resolve("feedback-00000002.jsonl"));
    later.append("fourth");
    assertEquals("third\nfourth\n", Files.readString(newest));
    assertTrue(Files.exists(old));
  }

  @Test
  void aReplicaGoesOnWhereAnotherDoes() throws IOException {
    Journal one = new Journal(folder, 40);
    Journal other = new Journal(folder, 40);
    one.append("1 2 3 4");
    other.append("a");
    one.append("5 6 7 8");
    other.append("b");
    assertEquals("5 6 7 8\nb\n", Files.readString(folder.resolve("feedback-00000002.jsonl")));
    assertEquals(List.of("1 2 3 4", "a", "5 6 7 8", "b"), lines(one));
  }

  @Test
  void aReplicaThatWroteNothingForLongIsReadByTheOthers() throws IOException {
    Journal one = new Journal(folder, 40);
    Journal other = new Journal(folder, 40);
    other.append("a");
    for (int i = 0; i < 10; i++) {
      one.append("12345678");
    }
    lines(one);
    other.append("b");
    assertEquals(List.of("b"), lines(one));
  }

  private static List<String> lines(Journal journal) throws IOException {
    List<String> lines = new ArrayList<>();
    journal.follow(lines::add);
    return lines;
  }
}
