package org.mococxr.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.testkit.ProcessTree;

/**
 * Every benchmark of the Makefile can start: its recipe runs with a program in place of Java that
 * writes down how it was called, and each of these calls finds its main class and, on its own class
 * path, all classes that the main class' package needs.
 */
class BenchTargetsIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String BENCH = "org.mococxr.bench.";
  private static final String JMH = "org.openjdk.jmh.Main";

  @TempDir Path folder;

  /** A call of Java. */
  private record Call(List<String> classPath, String main, List<String> arguments) {}

  static List<String> targets() throws Exception {
    String makefile = Files.readString(ROOT.resolve("Makefile"));
    List<String> targets =
        Pattern.compile("^(bench-\\w+|coverage-intervals):.*## ", Pattern.MULTILINE)
            .matcher(makefile)
            .results()
            .map(MatchResult::group)
            .map(line -> line.substring(0, line.indexOf(':')))
            .toList();
    assertTrue(targets.size() >= 7, targets.toString());
    return targets;
  }

  @ParameterizedTest
  @MethodSource("targets")
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void findsItsClasses(String target) throws Exception {
    List<Call> calls = calls(target);
    assertFalse(calls.isEmpty(), "make " + target + " calls no Java");
    for (Call call : calls) {
      assertAll(
          target + ": " + call.main(), () -> assertLoads(call), () -> assertNothingMissing(call));
    }
  }

  private List<Call> calls(String target) throws Exception {
    Path home = folder.resolve("jdk");
    Path record = folder.resolve("calls");
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25\"\n");
    program(home.resolve("bin/javac"), "");
    program(
        home.resolve("bin/java"),
        "{ echo \"${CLASSPATH:-}\"; printf '%s\\n' \"$@\"; echo; } >>'" + record + "'\n");
    List<String> command =
        List.of("make", "-o", "services/local/target/built", target, "PEER=true", "RUNS=1");
    ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", home.toString());
    environment.remove("MAKEFLAGS"); // of the make that runs this test
    environment.remove("MAKELEVEL");
    environment.remove("CLASSPATH");
    Path log = folder.resolve("log");
    Process make = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // What follows upon Java's output may fail, since there is none.
    assertTrue(ProcessTree.endsWithin(Duration.ofMinutes(2), make), target);
    assertTrue(Files.exists(record), Files.readString(log));
    List<Call> calls = new ArrayList<>();
    for (String call : Files.readString(record).split("\n\n")) {
      calls.add(call(call.lines().toList()));
    }
    // The product's own commands, which bench-cli times, have tests of their own.
    return calls.stream().filter(c -> c.main().startsWith(BENCH) || c.main().equals(JMH)).toList();
  }

  private static void program(Path file, String text) throws Exception {
    Files.writeString(file, "#!/bin/sh\n" + text);
    assertTrue(file.toFile().setExecutable(true));
  }

  /** The first line is the environment's class path, the rest the arguments. */
  private static Call call(List<String> lines) {
    String classPath = lines.getFirst();
    int at = 1;
    for (; at < lines.size() && lines.get(at).startsWith("-"); at++) {
      if (lines.get(at).equals("-cp")) {
        classPath = lines.get(++at);
      }
    }
    List<String> entries =
        Arrays.stream(classPath.split(File.pathSeparator))
            .map(entry -> ROOT.resolve(entry).toString())
            .toList();
    return new Call(entries, lines.get(at), lines.subList(at + 1, lines.size()));
  }

  private static void assertLoads(Call call) throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : call.classPath()) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    ClassLoader platform = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), platform)) {
      Class<?> main = Class.forName(call.main(), false, loader);
      assertEquals(void.class, main.getMethod("main", String[].class).getReturnType());
      if (call.main().equals(JMH)) {
        Pattern chosen = Pattern.compile(call.arguments().getFirst());
        byte[] known = loader.getResourceAsStream("META-INF/BenchmarkList").readAllBytes();
        assertTrue(new String(known).lines().anyMatch(line -> chosen.matcher(line).find()));
      }
    }
  }

  /** Of the main class' package, which may need more than is loaded at first. */
  private static void assertNothingMissing(Call call) {
    if (call.main().equals(JMH)) {
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes);
    String classPath = String.join(File.pathSeparator, call.classPath());
    String classes = ROOT.resolve("bench/target/classes").toString();
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    int code =
        jdeps.run(out, out, "--multi-release", "21", "--missing-deps", "-cp", classPath, classes);
    String found = bytes.toString();
    assertEquals(0, code, found);
    String ofPackage = call.main().substring(0, call.main().lastIndexOf('.') + 1);
    List<String> missing =
        found.lines().map(String::strip).filter(line -> line.startsWith(ofPackage)).toList();
    assertEquals(List.of(), missing);
  }
}
