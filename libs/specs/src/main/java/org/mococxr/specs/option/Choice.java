package org.mococxr.specs.option;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An enum whose constants are the choices of an option. */
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

  private static String plain(String text) {
    return text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
