package org.mococxr.inference.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.inference.testing.WithoutKafka;

/** Nothing is stored where nobody said where. */
@QuarkusTest
@TestProfile(WithoutKafka.class)
class StoreTest {
  @Test
  void withoutAnArchiveNothingIsStored() {
    given()
        .body(Dicoms.flat(9, 9, 100))
        .post("/v1/models/m/store")
        .then()
        .statusCode(403)
        .body("error", containsString("mococxr.inference.archive.url"));
  }
}
