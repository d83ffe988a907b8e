package org.mococxr.specs.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.MACHINE;
import static org.mococxr.specs.option.Role.PLACE;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

class OptionsTest {
  enum Shape implements Choice {
    ROUND,
    ALMOST_SQUARE {
      @Override
      public List<String> aliases() {
        return List.of("squarish");
      }
    }
  }

  record Inner(
      @Option(value = "a share", role = IDENTIFIES, byDefault = "0.5", min = 0, below = 1)
          double share,
      @Option(value = "threads", role = MACHINE, byDefault = "0", min = 0) int threads)
      implements OptionRecord {}

  record Beside(@Option(value = "a name", role = IDENTIFIES, byDefault = "x") String label)
      implements OptionRecord {}

  record Outer(
      @Option(value = "a shape", role = IDENTIFIES, byDefault = "round") Shape shape,
      @Option(value = "rates", role = IDENTIFIES, byDefault = "[0.1]", above = 0)
          List<Double> rates,
      @Option(value = "inner options", role = IDENTIFIES) Inner inner,
      @Option(value = "a file", role = PLACE) URI file,
      @Option(value = "epochs", role = IDENTIFIES, required = true, min = 1, aliases = "rounds")
          int epochs,
      @Inline Beside beside)
      implements OptionRecord {
    @Override
    public void check() {
      if (epochs > 5 && rates.size() > 1) {
        throw new UserErrorException("rates", "found several", "expected one for so many epochs");
      }
    }
  }

  private static Outer read(String json) {
    try {
      return Options.read(Json.MAPPER.readTree(json), Outer.class, "here");
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void whatIsNotGivenIsTheDefault() {
    assertEquals(
        new Outer(Shape.ROUND, List.of(0.1), new Inner(0.5, 0), null, 3, new Beside("x")),
        read("{\"epochs\": 3}"));
  }

  @Test
  void olderSpellingsSingleValuesAndNumbersInTextAreRead() {
    Outer outer =
        read("{\"rounds\": \"3\", \"rates\": \"1e-4\", \"shape\": \"SQUARISH\", \"label\": \"y\"}");
    assertEquals(3, outer.epochs());
    assertEquals(List.of(1e-4), outer.rates());
    assertEquals(Shape.ALMOST_SQUARE, outer.shape());
    assertEquals("y", outer.beside().label());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"epochs": 0}                          | here, field epochs: found 0 (expected at least 1)
          {"epochs": 1.5}                        | here, field epochs: found 1.5 (expected a whole number)
          {"epochs": 9999999999}                 | here, field epochs: found 9999999999 (expected a whole number)
          {"epochs": null}                       | here, field epochs: missing (epochs)
          {"epochs": 1, "rounds": 2}             | here, field rounds: is another name of epochs, and both are given (give one of them)
          {"epochs": 1, "shape": "flat"}         | here, field shape: found 'flat' (expected one of round, almost-square)
          {"epochs": 1, "shape": ["round"]}      | here, field shape: found ["round"] (expected one of round, almost-square)
          {"epochs": 1, "rates": [1, 0]}         | here, field rates[1]: found 0 (expected above 0)
          {"epochs": 1, "inner": {"share": 1}}   | here, field inner.share: found 1 (expected at least 0, below 1)
          {"epochs": 1, "inner": {"shar": 1}}    | here, field inner.shar: unknown field (expected one of share, threads)
          {"epochs": 1, "inner": 3}              | here, field inner: found 3 (expected an object)
          {"epochs": 1, "lable": 3}              | here, field lable: unknown field (expected one of shape, rates, inner, file, epochs, label)
          {"epochs": 1, "file": "a b"}           | here, field file: found 'a b' (expected a URI)
          {"epochs": 9, "rates": [1, 2]}         | here, field rates: found several (expected one for so many epochs)
          [1]                                    | here: found [1] (expected an object)
          """)
  void anErrorNamesTheFieldWhatWasFoundAndWhatIsExpected(String json, String message) {
    assertEquals(message, assertThrows(UserErrorException.class, () -> read(json)).getMessage());
  }

  @Test
  void jacksonReadsAndWritesThemAlike() {
    Outer outer = read("{\"epochs\": 3, \"file\": \"file:///w\", \"shape\": \"almost_square\"}");
    Map<String, Object> map = Options.toMap(outer);
    assertEquals(
        List.of("shape", "rates", "inner", "file", "epochs", "label"), List.copyOf(map.keySet()));
    assertEquals("almost-square", map.get("shape"));
    assertEquals(outer, Json.MAPPER.convertValue(outer, Outer.class));
    assertEquals(Json.MAPPER.valueToTree(map), Json.MAPPER.valueToTree(outer));
  }

  @Test
  void onlyWhatTheResultDependsOnIdentifies() {
    Outer outer = read("{\"epochs\": 3, \"file\": \"file:///w\", \"inner\": {\"threads\": 4}}");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("shape", "round");
    expected.put("rates", List.of(0.1));
    expected.put("inner", Map.of("share", 0.5));
    expected.put("epochs", 3);
    expected.put("label", "x");
    assertEquals(expected, Options.identifying(outer));
    assertEquals(
        Json.digest(Options.identifying(outer)),
        Json.digest(Options.identifying(read("{\"label\": \"x\", \"epochs\": 3}"))));
    assertNotEquals(
        Json.digest(Options.identifying(outer)),
        Json.digest(Options.identifying(read("{\"label\": \"z\", \"epochs\": 3}"))));
  }

  @Test
  void whatIsAsByDefaultHasNotChanged() {
    assertEquals(
        Map.of("epochs", 3, "inner", Map.of("threads", 2)),
        Options.changed(
            read("{\"epochs\": 3, \"inner\": {\"threads\": 2, \"share\": 0.5}, \"rates\": 0.1}")));
  }

  record Trained(
      @Option(value = "how", role = IDENTIFIES, byDefault = "round") Shape shape,
      @Option(value = "a rate", role = IDENTIFIES, otherwise = "1 for round, else 2") Double rate)
      implements OptionRecord {
    Trained {
      rate = rate == null ? (shape == Shape.ROUND ? 1.0 : 2.0) : rate;
    }
  }

  record Both(
      @Option(value = "a number", role = IDENTIFIES, required = true) int number,
      @Option(value = "training", role = IDENTIFIES) Trained trained)
      implements OptionRecord {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"number\": 1}",
        "{\"number\": 1, \"trained\": {\"rate\": 2.0}}",
        "{\"number\": 1, \"trained\": {\"shape\": \"almost-square\"}}",
        "{\"number\": 1, \"trained\": {\"shape\": \"almost-square\", \"rate\": 1.0}}"
      })
  void whatFollowsFromOtherOptionsWasNotAskedFor(String json) throws Exception {
    JsonNode tree = Json.MAPPER.readTree(json);
    Both both = Options.read(tree, Both.class, "here");
    assertEquals(tree, Json.MAPPER.valueToTree(Options.asked(both)));
  }

  @Test
  void oneComponentCanBeReplaced() {
    Outer outer = read("{\"epochs\": 3, \"rates\": [1, 2]}");
    assertEquals(5, Options.with(outer, "epochs", 5).epochs());
    assertThrows(UserErrorException.class, () -> Options.with(outer, "epochs", 6).check());
    assertThrows(IllegalArgumentException.class, () -> Options.with(outer, "epoch", 6));
  }

  /** A rule may be younger than what it would refuse: a combination, and the range of a number. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"epochs\": 9, \"rates\": [1, 2]}",
        "{\"epochs\": 0}",
        "{\"epochs\": 3, \"inner\": {\"share\": 1}}"
      })
  void whatWasAcceptedOnceIsReadWithoutTodaysRules(String json) throws Exception {
    assertThrows(UserErrorException.class, () -> read(json));
    JsonNode tree = Json.MAPPER.readTree(json);
    Outer outer =
        Options.accepted(
            Json.MAPPER.convertValue(tree, new TypeReference<Map<String, Object>>() {}),
            Outer.class,
            "here");
    assertEquals(tree.get("epochs").asInt(), outer.epochs());
    assertEquals(outer, Options.accepting(Json.MAPPER).treeToValue(tree, Outer.class));
    assertThrows(Exception.class, () -> Json.MAPPER.treeToValue(tree, Outer.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"epochs": 1, "lable": 3}              | here, field lable: unknown field (expected one of shape, rates, inner, file, epochs, label)
          {"epochs": 1, "shape": "flat"}         | here, field shape: found 'flat' (expected one of round, almost-square)
          {"epochs": 1.5}                        | here, field epochs: found 1.5 (expected a whole number)
          {"inner": {"threads": 2}}              | here, field epochs: missing (epochs)
          """)
  void whatHasAnotherFormIsNotReadAtAll(String json, String message) throws Exception {
    Map<String, Object> given = Json.MAPPER.readValue(json, new TypeReference<>() {});
    assertEquals(
        message,
        assertThrows(UserErrorException.class, () -> Options.accepted(given, Outer.class, "here"))
            .getMessage());
  }

  @Test
  void aComponentWithoutADeclarationIsAFault() {
    record Undeclared(int n) implements OptionRecord {}
    IllegalStateException fault =
        assertThrows(IllegalStateException.class, () -> Declared.of(Undeclared.class));
    assertTrue(fault.getMessage().contains("Undeclared.n has no @Option"), fault.getMessage());
  }

  @Test
  void anOptionOfSeveralRecordsIsDeclaredByAnAnnotationOfItsOwn() {
    record Shared(
        @Option(value = "a name", role = IDENTIFIES, byDefault = "x") String label,
        @Group("The machine") @EngineThreads int threads,
        @CacheFolder Path cache)
        implements OptionRecord {}
    List<Declared> declared = Declared.of(Shared.class);
    assertEquals(
        List.of("", "The machine", "The machine"), declared.stream().map(Declared::group).toList());
    assertEquals(MACHINE, declared.get(1).option().role());
    assertEquals(Optional.of("at least 0"), declared.get(1).range());
    Shared read = Options.read(Map.of("cache", "/c"), Shared.class);
    assertEquals(new Shared("x", 0, Path.of("/c")), read);
    UserErrorException refused =
        assertThrows(
            UserErrorException.class, () -> Options.read(Map.of("threads", -1), Shared.class));
    assertEquals("threads", refused.location());
  }

  @Test
  void numbersAreWrittenAsPeopleWriteThem() {
    assertEquals("1", Options.number(1.0));
    assertEquals("0.05", Options.number(0.05));
    assertEquals("1e-4", Options.number(1e-4));
    assertEquals("-180", Options.number(-180));
  }
}
