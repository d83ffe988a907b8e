package org.mococxr.inference.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;

class ModelRolesTest {
  private static final ModelRoles SOME =
      ModelRoles.parse(List.of("a:radiology", " a : research ", "b.c-d:urn:x:y"));

  @Test
  void aModelIsForEachOfItsRolesAndOthersAreForEverybody() {
    assertEquals(Optional.of(Set.of("radiology", "research")), SOME.of("a"));
    assertEquals(Optional.of(Set.of("urn:x:y")), SOME.of("b.c-d"));
    assertEquals(Optional.empty(), SOME.of("other"));
    assertTrue(new Caller(true, Set.of("research"), SOME).mayUse("a"));
    assertFalse(new Caller(true, Set.of("Research"), SOME).mayUse("a"));
    assertFalse(new Caller(false, Set.of("research"), SOME).mayUse("a"));
    assertTrue(new Caller(false, Set.of(), SOME).mayUse("other"));
  }

  @Test
  void theStarIsEveryModelThatIsNotNamed() {
    ModelRoles roles = ModelRoles.parse(List.of("*:staff", "a:radiology"));
    assertTrue(new Caller(true, Set.of("staff"), roles).mayUse("other"));
    assertFalse(new Caller(true, Set.of("staff"), roles).mayUse("a"));
    assertFalse(new Caller(true, Set.of("radiology"), roles).mayUse("other"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a:", ":radiology", " : "})
  void anEntryThatIsNoModelAndRoleIsRefused(String setting) {
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> ModelRoles.parse(List.of(setting)));
    assertEquals("mococxr.inference.roles", e.location());
  }

  @Test
  void rolesThatNobodyCanShowAndAnIssuerThatNobodyNamesEndTheStart() {
    Callers.requireSettings(false, ModelRoles.parse(List.of()), "http://localhost");
    Callers.requireSettings(true, SOME, "https://login.example");
    assertEquals("mococxr.inference.roles", refused(false, "https://login.example").location());
    assertEquals("MOCOCXR_OIDC_ISSUER", refused(true, "http://localhost").location());
  }

  private static UserErrorException refused(boolean signIn, String issuer) {
    return assertThrows(
        UserErrorException.class, () -> Callers.requireSettings(signIn, SOME, issuer));
  }
}
