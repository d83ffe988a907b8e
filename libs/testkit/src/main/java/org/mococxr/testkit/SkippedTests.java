package org.mococxr.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Writes every test that was skipped, and why, to {@code target/skipped-tests.txt} of the module,
 * for the summary at the end of {@code make test}. Surefire's reports leave out a class whose
 * set-up was aborted. JUnit finds this listener by its service file.
 */
public final class SkippedTests implements TestExecutionListener {
  private static final String ABORTED = "Assumption failed: ";

  private final Path file;

  /** Writes below the module's folder, which is the working directory of its tests. */
  public SkippedTests() {
    this(Path.of("target/skipped-tests.txt"));
  }

  SkippedTests(Path file) {
    this.file = file;
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    write(test, reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      write(test, result.getThrowable().map(Throwable::getMessage).orElse(null));
    }
  }

  private synchronized void write(TestIdentifier test, String reason) {
    String why = reason == null ? "no reason given" : reason.replace(ABORTED, "").strip();
    String line = why.lines().findFirst().orElse("no reason given") + "\t" + name(test) + "\n";
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static String name(TestIdentifier test) {
    Optional<TestSource> source = test.getSource();
    if (source.isPresent() && source.get() instanceof MethodSource method) {
      return method.getClassName() + "." + method.getMethodName();
    }
    if (source.isPresent() && source.get() instanceof ClassSource whole) {
      return whole.getClassName() + " (all tests)";
    }
    return test.getDisplayName();
  }
}
