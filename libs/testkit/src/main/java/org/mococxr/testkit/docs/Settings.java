package org.mococxr.testkit.docs;

import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The properties that an interface of settings ({@code @ConfigMapping}) declares. */
public final class Settings {
  /** Stands for a name that users choose: a model's, a variable's. */
  public static final String ANY = "*";

  private Settings() {}

  /**
   * The default of each property, by its name without the prefix; empty where there is none.
   *
   * @param mapping the interface
   */
  public static Map<String, Optional<String>> of(Class<?> mapping) {
    Map<String, Optional<String>> found = new TreeMap<>();
    add(mapping, "", found);
    return found;
  }

  private static void add(
      Class<?> section, String prefix, Map<String, Optional<String>> properties) {
    for (Method method : section.getDeclaredMethods()) {
      Optional<String> byDefault =
          Optional.ofNullable(method.getAnnotation(WithDefault.class)).map(WithDefault::value);
      add(method.getGenericReturnType(), prefix + kebab(method.getName()), byDefault, properties);
    }
  }

  private static void add(
      Type type,
      String name,
      Optional<String> byDefault,
      Map<String, Optional<String>> properties) {
    if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
      add(map.getActualTypeArguments()[1], name + "." + ANY, byDefault, properties);
    } else if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      properties.put(name, byDefault);
    } else if (type instanceof Class<?> section && section.isInterface() && nested(section)) {
      add(section, name + ".", properties);
    } else {
      properties.put(name, byDefault);
    }
  }

  private static boolean nested(Class<?> type) {
    return type.getEnclosingClass() != null;
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
