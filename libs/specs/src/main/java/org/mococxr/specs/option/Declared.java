package org.mococxr.specs.option;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.mococxr.foundation.Yaml;

/**
 * An option as it is declared.
 *
 * @param component the record's
 * @param option its annotation
 * @param group heading of the help under which its flag stands; empty for none of its own
 */
public record Declared(RecordComponent component, Option option, String group) {
  private static final ClassValue<List<Declared>> ALL =
      new ClassValue<>() {
        @Override
        protected List<Declared> computeValue(Class<?> type) {
          List<Declared> all = new ArrayList<>();
          String group = "";
          for (RecordComponent component : type.getRecordComponents()) {
            Group heading = component.getAnnotation(Group.class);
            group = heading == null ? group : heading.value();
            if (component.isAnnotationPresent(Inline.class)) {
              all.addAll(Declared.of(component.getType()));
            } else {
              all.add(new Declared(component, option(component), group));
            }
          }
          return List.copyOf(all);
        }
      };

  /** An option by itself, where its place in the help does not matter. */
  static Declared of(RecordComponent component) {
    return new Declared(component, option(component), "");
  }

  private static Option option(RecordComponent component) {
    return Stream.concat(
            Stream.ofNullable(component.getAnnotation(Option.class)),
            Stream.of(component.getAnnotations())
                .map(shared -> shared.annotationType().getAnnotation(Option.class))
                .filter(Objects::nonNull))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    component.getDeclaringRecord().getName()
                        + "."
                        + component.getName()
                        + " has no @Option"));
  }

  /** The options of a record in their order, with those of its {@link Inline} components. */
  public static List<Declared> of(Class<?> type) {
    return ALL.get(type);
  }

  /** As written in files. */
  public String name() {
    return component.getName();
  }

  /** The option's type, or that of a list's elements. */
  public Class<?> elementType() {
    Type type = component.getGenericType();
    if (isList()) {
      type = ((ParameterizedType) type).getActualTypeArguments()[0];
    }
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  /** True if it takes several values. */
  public boolean isList() {
    return component.getType() == List.class;
  }

  /** The words that it may be; empty for any value. */
  public List<String> choices() {
    return choices(elementType());
  }

  static List<String> choices(Class<?> type) {
    return Choice.class.isAssignableFrom(type) && type.isEnum()
        ? Stream.of(type.getEnumConstants()).map(c -> ((Choice) c).text()).toList()
        : List.of();
  }

  /** The default as JSON, in the option's own types; a missing node if it has none of its own. */
  public JsonNode byDefault() {
    JsonNode declared = declaredDefault();
    return declared.isMissingNode() ? declared : Options.json(read(declared));
  }

  /** The default as it is declared, where YAML may take a number for a text. */
  JsonNode declaredDefault() {
    try {
      return option.byDefault().isEmpty()
          ? MissingNode.getInstance()
          : Yaml.MAPPER.readTree(option.byDefault());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the default of " + component + " is no YAML", e);
    }
  }

  /** What holds by default, for people; empty for nothing. */
  public Optional<String> defaultText() {
    String text = option.otherwise().isEmpty() ? option.byDefault() : option.otherwise();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** The bounds of a number in words, for example {@code above 0, at most 1}. */
  public Optional<String> range() {
    List<String> bounds = new ArrayList<>();
    bound(bounds, "above ", option.above());
    bound(bounds, "at least ", option.min());
    bound(bounds, "below ", option.below());
    bound(bounds, "at most ", option.max());
    return bounds.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", bounds));
  }

  private static void bound(List<String> bounds, String words, double bound) {
    if (Double.isFinite(bound)) {
      bounds.add(words + Options.number(bound));
    }
  }

  boolean inRange(double value) {
    return value > option.above()
        && value >= option.min()
        && value < option.below()
        && value <= option.max();
  }

  /** The flags of the command line, the one that the help shows first. */
  public List<String> flags() {
    return option.flags().length > 0
        ? List.of(option.flags())
        : List.of("--" + dashed(component.getName()));
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** Every name under which it is read, its own first. */
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of(name()));
    names.addAll(Arrays.asList(option.aliases()));
    return names;
  }

  /**
   * Reads and checks a value.
   *
   * @throws org.mococxr.foundation.UserErrorException naming the option
   */
  public Object read(JsonNode value) {
    return OptionReader.GIVEN.value(value, this);
  }
}
