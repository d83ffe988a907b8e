package org.mococxr.inference.access;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.mococxr.foundation.UserErrorException;

/**
 * The roles of which a caller must have one, by model.
 *
 * @param byModel {@code *} stands for every model that is not named
 */
public record ModelRoles(Map<String, Set<String>> byModel) {
  static final String SETTING = "mococxr.inference.roles";

  /** Every model that is not named. */
  private static final String OTHERS = "*";

  /**
   * Reads the setting.
   *
   * @param settings each {@code model:role}
   */
  static ModelRoles parse(List<String> settings) {
    Map<String, Set<String>> byModel = new TreeMap<>();
    for (String setting : settings) {
      int colon = setting.indexOf(':');
      String model = colon < 0 ? "" : setting.substring(0, colon).strip();
      String role = setting.substring(colon + 1).strip();
      if (model.isEmpty() || role.isEmpty()) {
        throw new UserErrorException(
            SETTING,
            "has " + setting,
            "model:role, separated by commas, where * is every model that is not named");
      }
      byModel.computeIfAbsent(model, key -> new HashSet<>()).add(role);
    }
    return new ModelRoles(byModel);
  }

  boolean isEmpty() {
    return byModel.isEmpty();
  }

  /** The roles of a model; empty if it is for everybody. */
  Optional<Set<String>> of(String model) {
    return Optional.ofNullable(byModel.getOrDefault(model, byModel.get(OTHERS)));
  }
}
