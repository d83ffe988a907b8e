package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.run.IntervalOptions;
import org.mococxr.specs.run.ServeOptions;
import org.mococxr.specs.training.FineTuneViews;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.PretrainingOptions;
import org.mococxr.specs.training.ProbeOptions;
import org.mococxr.specs.training.SweepOptions;
import org.mococxr.specs.training.ViewOptions;

/**
 * The tables of options in the documentation are made from the declarations. A table stands between
 * {@code <!-- options: Name -->} and {@code <!-- end of options -->}; {@code make schemas} writes
 * it anew.
 */
class DocumentationTest {
  private static final Path DOCS = Path.of("../../docs");

  private static final Map<String, Class<?>> TABLES = new TreeMap<>();

  static {
    for (Class<?> type :
        List.of(
            ExperimentSpec.class,
            DataSource.class,
            SplitOptions.class,
            ImageOptions.class,
            PretrainingOptions.class,
            ViewOptions.class,
            ProbeOptions.class,
            FineTuningOptions.class,
            FineTuneViews.class,
            SweepOptions.class,
            IntervalOptions.class,
            ServeOptions.class)) {
      TABLES.put(type.getSimpleName(), type);
    }
  }

  private static final Pattern TABLE =
      Pattern.compile("<!-- options: (\\w+) -->\\n.*?<!-- end of options -->", Pattern.DOTALL);

  @ParameterizedTest
  @ValueSource(
      strings = {"experiments.md", "data.md", "pretraining.md", "finetuning.md", "evaluation.md"})
  void theTablesAreWhatTheDeclarationsSay(String page) throws IOException {
    Path file = DOCS.resolve(page);
    String text = Files.readString(file);
    Matcher matcher = TABLE.matcher(text);
    String generated =
        matcher.replaceAll(
            table ->
                Matcher.quoteReplacement(
                    "<!-- options: %s -->\n%s<!-- end of options -->"
                        .formatted(table.group(1), table(TABLES.get(table.group(1))))));
    if (Boolean.getBoolean("mococxr.write-docs")) {
      Files.writeString(file, generated);
      text = generated;
    }
    assertTrue(TABLE.matcher(text).find(), page + " has no table of options");
    assertEquals(generated, text, page + " is not what the options say any more: run make schemas");
  }

  @Test
  void everySectionHasItsTable() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String page :
        List.of("experiments.md", "data.md", "pretraining.md", "finetuning.md", "evaluation.md")) {
      all.append(Files.readString(DOCS.resolve(page)));
    }
    for (String name : TABLES.keySet()) {
      assertTrue(all.indexOf("<!-- options: " + name + " -->") >= 0, "no table of " + name);
    }
  }

  private static String table(Class<?> type) {
    StringBuilder table = new StringBuilder("| option | default | meaning |\n|---|---|---|\n");
    for (Declared option : Declared.of(type)) {
      String only = option.option().only();
      String name = "`%s`%s".formatted(option.name(), only.isEmpty() ? "" : " (" + only + ")");
      String byDefault =
          option.option().required()
              ? "must be given"
              : option.defaultText().filter(d -> !d.equals("{}") && !d.equals("''")).orElse("");
      StringBuilder meaning = new StringBuilder(option.option().value());
      if (!option.choices().isEmpty()) {
        meaning.append("; `").append(String.join("`, `", option.choices())).append('`');
      }
      option.range().ifPresent(range -> meaning.append("; ").append(range));
      table.append("| %s | %s | %s |\n".formatted(name, byDefault, meaning).replace("| |", "| |"));
    }
    return table.toString();
  }
}
