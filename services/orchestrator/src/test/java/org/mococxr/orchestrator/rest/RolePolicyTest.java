package org.mococxr.orchestrator.rest;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;

class RolePolicyTest {
  @Test
  void aServiceThatAsksNobodyServesItsOwnMachineUnlessItIsToldOtherwise() {
    RolePolicy.requireProtection(false, true, false);
    RolePolicy.requireProtection(true, false, false);
    RolePolicy.requireProtection(false, false, true);
    UserErrorException refused =
        assertThrows(
            UserErrorException.class, () -> RolePolicy.requireProtection(false, false, false));
    assertTrue(refused.getMessage().contains("MOCOCXR_HTTP_UNPROTECTED"), refused.getMessage());
  }

  @Test
  void whoIsToSignInIsToldWhere() {
    RolePolicy.requireIssuer(false, "http://localhost");
    RolePolicy.requireIssuer(true, "http://localhost:8080/realms/lab");
    UserErrorException refused =
        assertThrows(
            UserErrorException.class, () -> RolePolicy.requireIssuer(true, "http://localhost"));
    assertTrue(refused.getMessage().contains("MOCOCXR_OIDC_ISSUER"), refused.getMessage());
  }
}
