package org.mococxr.specs.option;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An enum whose constants are the choices of an option. As JSON it is its text; it is read in any
 * spelling that the option takes.
 */
@JsonDeserialize(using = Choice.Reader.class)
public interface Choice {
  /** The constant's name. */
  String name();

  /** As written in files and on the command line: by default the name with dashes. */
  @JsonValue
  default String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Older spellings, which are still read. */
  default List<String> aliases() {
    return List.of();
  }

  /** True if a text means this constant; case and the kind of dash do not matter. */
  default boolean is(String text) {
    String wanted = plain(text);
    return plain(text()).equals(wanted)
        || aliases().stream().anyMatch(alias -> plain(alias).equals(wanted));
  }

  /** The constant that a text means; empty if it means none. */
  static <C> Optional<C> find(Class<C> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Choice) constant).is(text))
        .findFirst();
  }

  /** Jackson's way to {@link #find}. */
  final class Reader extends JsonDeserializer<Choice> implements ContextualDeserializer {
    private final Class<?> type;

    /** For Jackson, which then asks for the reader of a type. */
    public Reader() {
      this(null);
    }

    private Reader(Class<?> type) {
      this.type = type;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, BeanProperty property) {
      return new Reader(context.getContextualType().getRawClass());
    }

    @Override
    public Choice deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getText();
      return (Choice)
          find(type, text)
              .orElseThrow(
                  () ->
                      new InvalidFormatException(
                          parser, "expected one of " + Declared.choices(type), text, type));
    }
  }

  private static String plain(String text) {
    return text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
