package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.mococxr.testkit.DicomBuilder;
import org.mococxr.testkit.Pictures;
import picocli.CommandLine;

/** A folder as somebody brings it, and what inspect and split say of it on the command line. */
final class OddFolder {
  private static final int IMAGES = 20;

  /**
   * What a command said.
   *
   * @param code how it ended
   * @param text what it printed, errors included
   */
  record Said(int code, String text) {
    Said has(String... parts) {
      for (String part : parts) {
        assertTrue(text.contains(part), "no '" + part + "' in\n" + text);
      }
      return this;
    }

    Said hasNot(String part) {
      assertFalse(text.contains(part), "'" + part + "' in\n" + text);
      return this;
    }
  }

  final Path root;
  private final Path splits;
  private int seed;

  OddFolder(Path folder) throws IOException {
    root = Files.createDirectories(folder.resolve("data"));
    splits = folder.resolve("splits");
  }

  /** Pictures i00.png to i19.png, and a table of them. */
  OddFolder table(String name, String header, IntFunction<String> row) throws IOException {
    pictures(i -> "i%02d.png".formatted(i));
    return text(name, rows(header, row));
  }

  static String rows(String header, IntFunction<String> row) {
    StringBuilder text = new StringBuilder(header + "\n");
    IntStream.range(0, IMAGES).forEach(i -> text.append(row.apply(i)).append("\n"));
    return text.toString();
  }

  /** Twenty pictures, no two of them alike. */
  OddFolder pictures(IntFunction<String> name) throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      write(name.apply(i), picture());
    }
    return this;
  }

  byte[] picture() {
    Random random = new Random(seed++);
    return Pictures.of(16, 16, "png", (x, y) -> random.nextInt(256));
  }

  /** A DICOM file; a patient of null leaves the identifier out. */
  DicomBuilder dicom(String patient, String study, int instance) {
    Random random = new Random(seed++);
    DicomBuilder file =
        DicomBuilder.grey(
                "1.2.840.10008.1.2.1", 8, 8, 16, 12, false, random.ints(64, 0, 4096).toArray())
            .text(0x00080060, "CS", "DX")
            .text(0x00080018, "UI", "1.2.3." + instance)
            .text(0x0020000D, "UI", "9.8." + study);
    return patient == null ? file : file.text(0x00100020, "LO", patient);
  }

  OddFolder write(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    return this;
  }

  OddFolder text(String name, String content) throws IOException {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Said inspect(String... more) {
    return run(new InspectCommand(), root, List.of(more));
  }

  Said split(String task, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--tasks", task, "--fractions", "1"));
    arguments.addAll(List.of("--out", splits.resolve("" + seed++).toString()));
    arguments.addAll(List.of(more));
    return run(new SplitCommand(), root, arguments);
  }

  /** Splits and checks that no true patient is in two parts. */
  Said splitApart(
      String task, java.util.function.UnaryOperator<String> patientOfPath, String... more)
      throws IOException {
    Said said = split(task, more);
    assertEquals(0, said.code(), said.text());
    Path folder = splits.resolve("" + (seed - 1));
    Set<String> seen = new HashSet<>();
    for (String part : List.of("train", "valid", "test")) {
      Set<String> own = new HashSet<>();
      Files.readAllLines(folder.resolve(part + ".csv")).stream()
          .skip(1)
          .map(line -> patientOfPath.apply(line.split(",")[0]))
          .forEach(own::add);
      assertTrue(own.stream().noneMatch(seen::contains), part + " shares a patient");
      seen.addAll(own);
    }
    return said;
  }

  static Said run(Object command, Path folder, List<String> more) {
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    arguments.addAll(more);
    CommandLine line = Tool.configured(new CommandLine(command));
    Ended ended = Ended.of(line, arguments.toArray(String[]::new));
    return new Said(ended.code(), ended.out() + ended.error());
  }

  /** The patient of a picture where each has two of them. */
  static String pair(String path) {
    return "" + number(path) / 2;
  }

  /** The number in a file's name. */
  private static int number(String path) {
    String[] numbers = path.substring(path.lastIndexOf('/') + 1).split("\\D+");
    return Integer.parseInt(Arrays.stream(numbers).filter(n -> !n.isEmpty()).findFirst().get());
  }
}
