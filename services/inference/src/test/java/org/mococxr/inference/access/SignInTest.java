package org.mococxr.inference.access;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.grpc.proto.GRPCInferenceServiceGrpc;
import org.mococxr.inference.grpc.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import org.mococxr.inference.grpc.proto.ModelInferRequest;
import org.mococxr.inference.grpc.proto.ModelMetadataRequest;
import org.mococxr.inference.grpc.proto.ModelReadyRequest;
import org.mococxr.inference.grpc.proto.ModelStatisticsRequest;
import org.mococxr.inference.grpc.proto.RepositoryIndexRequest;
import org.mococxr.inference.grpc.proto.RepositoryModelLoadRequest;
import org.mococxr.inference.grpc.proto.RepositoryModelUnloadRequest;
import org.mococxr.inference.grpc.proto.ServerLiveRequest;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.OpenApiDocument;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithBatches;
import org.mococxr.testkit.Issuer;
import org.mococxr.testkit.Pictures;

/** One model is for a role, the other for everybody. */
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(value = Issuer.class, restrictToAnnotatedClass = true)
@TestProfile(SignInTest.WithRoles.class)
class SignInTest {
  private static final int SIZE = 8;
  private static final String CLOSED = "closed";
  private static final String OPEN = "open";

  /** New in each run: jobs of an earlier one would be listed. */
  private static final Path INPUT = WithBatches.input("roles");

  private static final Path OUTPUT = WithBatches.OUTPUT.resolve("roles");
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** The settings of an operator. */
  public static final class WithRoles implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "mococxr.inference.roles", "closed:radiology,closed:research",
          "mococxr.inference.control", "true",
          "mococxr.inference.publications.enabled", "false",
          "mococxr.inference.feedback.folder", "target/feedback-of-roles",
          "mococxr.inference.batches.inputs", WithBatches.folder(INPUT).toString(),
          "mococxr.inference.batches.output", WithBatches.folder(OUTPUT).toString());
    }
  }

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private ManagedChannel channel;

  @BeforeEach
  void serve() throws IOException {
    for (String name : List.of(CLOSED, OPEN)) {
      Bundle bundle = Bundle.write(folder.resolve(name), name, "1", TinyNetwork.brightness(SIZE));
      loader.load(bundle.uri(), Optional.empty(), models::serve);
    }
    channel =
        ManagedChannelBuilder.forAddress(address.getHost(), address.getPort())
            .usePlaintext()
            .build();
  }

  @AfterEach
  void withdraw() {
    channel.shutdownNow();
    models.withdraw(CLOSED);
    models.withdraw(OPEN);
  }

  private static RequestSpecification as(String... roles) {
    return given().header("Authorization", "Bearer " + Issuer.token(roles));
  }

  private static byte[] picture() {
    return Pictures.flat(SIZE, SIZE, 100, "png");
  }

  /** Every call that the OpenAPI document has for a model. */
  private static List<String[]> callsOfModels() throws IOException {
    List<String[]> calls = new ArrayList<>();
    OpenApiDocument.methods()
        .forEach(
            (path, methods) -> {
              if (path.contains("{model}")) {
                String call = path.replace("{model}", CLOSED).replace("{version}", "1");
                methods.forEach(method -> calls.add(new String[] {method, call}));
              }
            });
    return calls;
  }

  @Test
  void everyCallOfTheModelWantsOneOfItsRoles() throws IOException {
    List<String[]> calls = callsOfModels();
    assertTrue(calls.size() > 10, () -> "" + calls.size());
    for (String[] call : calls) {
      given()
          .request(call[0], call[1])
          .then()
          .statusCode(401)
          .header("WWW-Authenticate", "Bearer")
          .body(
              "error",
              is(
                  "model closed is for the roles radiology, research; the request has no"
                      + " bearer token"));
      as("cardiology")
          .request(call[0], call[1])
          .then()
          .statusCode(403)
          .body("error", containsString("radiology, research; the caller has none of them"));
    }
    assertEquals(
        1, models.served().stream().filter(m -> m.description().name().equals(CLOSED)).count());
  }

  @Test
  void aCallerWithARoleUnloadsAndLoadsTheModel() {
    String model = "/v2/repository/models/" + CLOSED;
    as("radiology").post(model + "/unload").then().statusCode(200);
    as("radiology").get("/v2/models/" + CLOSED).then().statusCode(404);
    as("radiology").post(model + "/load").then().statusCode(200);
    as("radiology").get("/v2/models/" + CLOSED).then().statusCode(200);
  }

  @Test
  void aCallerWithARoleIsAnsweredAndTheOtherModelAnswersEverybody() {
    for (String path : List.of("/v2/models/%s", "/v2/models/%s/ready", "/v1/models/%s/feedback")) {
      as("research").get(path.formatted(CLOSED)).then().statusCode(200);
      given().get(path.formatted(OPEN)).then().statusCode(200);
    }
    as("radiology").body(picture()).post("/v1/models/closed/predict").then().statusCode(200);
    as().body(picture()).post("/v1/models/open/predict").then().statusCode(200);
    given().body(picture()).post("/v1/models/open/predict").then().statusCode(200);
  }

  @Test
  void listsHaveWhatTheCallerMayUse() {
    given().get("/v1/models").then().statusCode(200).body("name", is(List.of(OPEN)));
    as("cardiology").get("/v1/models").then().body("name", is(List.of(OPEN)));
    as("research").get("/v1/models").then().body("name", containsInAnyOrder(OPEN, CLOSED));
    given().post("/v2/repository/index").then().body("name", is(List.of(OPEN)));
    as("research")
        .post("/v2/repository/index")
        .then()
        .body("name", containsInAnyOrder(OPEN, CLOSED));
    given().get("/v2/models/stats").then().body("model_stats.name", is(List.of(OPEN)));
    as("research")
        .get("/v2/models/stats")
        .then()
        .body("model_stats.name", containsInAnyOrder(OPEN, CLOSED));
  }

  @Test
  void aNameThatIsWrittenOtherwiseIsTheSameName() {
    given().urlEncodingEnabled(false).get("/v2/models/%63losed").then().statusCode(401);
    given().urlEncodingEnabled(false).get("/v2/models/closed;a=b").then().statusCode(401);
    given().urlEncodingEnabled(false).get("/v2//models/closed").then().statusCode(401);
  }

  @Test
  void aTokenThatIsNotValidIsRefused() {
    for (String token :
        List.of(Issuer.expired("radiology"), Issuer.forged("radiology"), "nonsense")) {
      for (String model : List.of(OPEN, CLOSED)) {
        given()
            .header("Authorization", "Bearer " + token)
            .get("/v2/models/" + model)
            .then()
            .statusCode(401);
      }
      assertStatus(
          Status.Code.UNAUTHENTICATED,
          () -> client("Bearer " + token).modelMetadata(metadataOf(CLOSED)));
    }
  }

  @Test
  void jobsAreThoseOfTheirModel() throws IOException {
    Files.createDirectories(INPUT);
    Files.write(INPUT.resolve("a.png"), picture());
    String body =
        "{\"model\": \"closed\", \"input\": \"%s\", \"output\": \"%s.csv\"}"
            .formatted(WithBatches.folder(INPUT), System.nanoTime());
    given().body(body).post("/v1/batches").then().statusCode(401);
    as("cardiology").body(body).post("/v1/batches").then().statusCode(403);
    String job =
        as("research").body(body).post("/v1/batches").then().statusCode(202).extract().path("id");
    given().get("/v1/batches").then().statusCode(200).body("id", is(List.of()));
    as("research").get("/v1/batches").then().body("id", is(List.of(job)));
    for (RequestSpecification other : List.of(as("cardiology"), as(), as("operator"))) {
      other.get("/v1/batches/" + job).then().statusCode(403);
    }
    as().get("/v1/batches/" + job + "/events").then().statusCode(403);
    as().delete("/v1/batches/" + job).then().statusCode(403);
    Response seen = as("radiology").get("/v1/batches/" + job);
    seen.then().statusCode(200).body("model", is(CLOSED));
    as("research").delete("/v1/batches/" + job).then().statusCode(200);
  }

  private GRPCInferenceServiceBlockingStub client(String authorization) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, authorization);
    return GRPCInferenceServiceGrpc.newBlockingStub(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
  }

  private static ModelMetadataRequest metadataOf(String model) {
    return ModelMetadataRequest.newBuilder().setName(model).build();
  }

  private static void assertStatus(Status.Code expected, Executable call) {
    StatusRuntimeException e = assertThrows(StatusRuntimeException.class, call);
    assertEquals(expected, e.getStatus().getCode(), e.getMessage());
  }

  @Test
  void everyCallOfTheModelByGrpcWantsOneOfItsRoles() {
    GRPCInferenceServiceBlockingStub nobody = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    GRPCInferenceServiceBlockingStub other = client("Bearer " + Issuer.token("cardiology"));
    GRPCInferenceServiceBlockingStub allowed = client("Bearer " + Issuer.token("research"));
    for (GRPCInferenceServiceBlockingStub client : List.of(nobody, other)) {
      Status.Code expected =
          client == nobody ? Status.Code.UNAUTHENTICATED : Status.Code.PERMISSION_DENIED;
      assertStatus(expected, () -> client.modelMetadata(metadataOf(CLOSED)));
      assertStatus(
          expected,
          () -> client.modelReady(ModelReadyRequest.newBuilder().setName(CLOSED).build()));
      assertStatus(
          expected,
          () -> client.modelInfer(ModelInferRequest.newBuilder().setModelName(CLOSED).build()));
      assertStatus(
          expected,
          () ->
              client.modelStatistics(ModelStatisticsRequest.newBuilder().setName(CLOSED).build()));
      assertStatus(
          expected,
          () ->
              client.repositoryModelLoad(
                  RepositoryModelLoadRequest.newBuilder().setModelName(CLOSED).build()));
      assertStatus(
          expected,
          () ->
              client.repositoryModelUnload(
                  RepositoryModelUnloadRequest.newBuilder().setModelName(CLOSED).build()));
      assertEquals(OPEN, client.modelMetadata(metadataOf(OPEN)).getName());
      assertTrue(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
      assertEquals(
          1, client.repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsCount());
      assertEquals(
          1,
          client.modelStatistics(ModelStatisticsRequest.getDefaultInstance()).getModelStatsCount());
    }
    assertEquals(CLOSED, allowed.modelMetadata(metadataOf(CLOSED)).getName());
    assertEquals(
        2, allowed.repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsCount());
  }
}
