package org.mococxr.inference.access;

import java.util.Set;

/**
 * Who calls.
 *
 * @param known whether the caller has signed in
 * @param held the caller's roles
 * @param models who may use what
 */
public record Caller(boolean known, Set<String> held, ModelRoles models) {

  /** Whether the caller may use a model, served or not. */
  public boolean mayUse(String model) {
    return models
        .of(model)
        .map(wanted -> known && wanted.stream().anyMatch(held::contains))
        .orElse(true);
  }

  /**
   * Refuses whoever may not use a model.
   *
   * @throws DeniedException with the roles that it wants
   */
  public void require(String model) {
    if (!mayUse(model)) {
      throw new DeniedException(model, models.of(model).orElseThrow(), known);
    }
  }
}
