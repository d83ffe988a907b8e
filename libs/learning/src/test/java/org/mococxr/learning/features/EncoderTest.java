package org.mococxr.learning.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TorchWriter;

class EncoderTest {
  private static final Geometry GEOMETRY = Geometry.shorterSide(64);

  @TempDir Path folder;

  private static Encoder random(long seed) {
    return Encoder.random("resnet18", seed, Normalisation.CHEXPERT, GEOMETRY, 64);
  }

  private static Encoder imported(Path file, Optional<String> architecture) {
    return EncoderImport.read(file, architecture, Normalisation.CHEXPERT, GEOMETRY, 64);
  }

  @Test
  void anEncoderIsReadBackAsItWasWritten() {
    random(5).write(folder);
    Encoder read = Encoder.read(folder);
    assertEquals(random(5).parameters(), read.parameters());
    assertEquals(random(5).description().digest(), read.description().digest());
    assertEquals(Normalisation.CHEXPERT, read.description().normalisation());
    assertEquals(GEOMETRY, read.description().geometry());
    assertEquals(read.parameters(), Encoder.read(folder.resolve(Encoder.WEIGHTS)).parameters());
  }

  @Test
  void weightsOfAnotherRunBesideADescriptionAreTheUsersError() throws IOException {
    random(5).write(folder);
    Path elsewhere = folder.resolve("other");
    random(6).write(elsewhere);
    Files.copy(
        elsewhere.resolve(Encoder.WEIGHTS),
        folder.resolve(Encoder.WEIGHTS),
        StandardCopyOption.REPLACE_EXISTING);
    assertThrows(UserErrorException.class, () -> Encoder.read(folder));
  }

  @Test
  void aMissingEncoderIsTheUsersErrorNamingIt() {
    for (Path missing : List.of(folder.resolve("nothing"), folder)) {
      UserErrorException e = assertThrows(UserErrorException.class, () -> Encoder.read(missing));
      assertTrue(e.location().startsWith(missing.toString()), e.getMessage());
    }
  }

  @Test
  void aDescriptionWithoutItsWeightsIsTheUsersError() throws IOException {
    random(5).write(folder);
    Files.delete(folder.resolve(Encoder.WEIGHTS));
    UserErrorException e = assertThrows(UserErrorException.class, () -> Encoder.read(folder));
    assertTrue(e.location().endsWith(Encoder.WEIGHTS), e.getMessage());
  }

  @Test
  void aMocoCheckpointGivesItsQueryEncoderWithoutTheProjection() {
    Network network = Architectures.named("resnet18").withHead(new HeadSpec.Projection(128, true));
    StateDict query = Initialisation.random(network, 5);
    StateDict key = Initialisation.random(network, 6);
    Path file = folder.resolve("checkpoint_0003.pth.tar");
    Tensor queue = Tensor.ofFloats(new float[4], 2, 2);
    new MocoCheckpoint("resnet18", 3, query, key, queue, 0, 0, Optional.empty()).write(file);
    Encoder encoder = imported(file, Optional.empty());
    assertEquals(random(5).description().digest(), encoder.description().digest());
    assertEquals("moco", encoder.description().origin().get("kind"));
  }

  @Test
  void aMocoCheckpointIsKnownByItsContentWhateverItsName() {
    Network network =
        Architectures.named("resnet18_w16").withHead(new HeadSpec.Projection(128, true));
    StateDict query = Initialisation.random(network, 5);
    Path file = folder.resolve("last.ckpt");
    new MocoCheckpoint(
            "resnet18_w16",
            3,
            query,
            query,
            Tensor.ofFloats(new float[4], 2, 2),
            0,
            0,
            Optional.empty())
        .write(file);
    Encoder encoder = imported(file, Optional.empty());
    assertEquals("moco", encoder.description().origin().get("kind"));
    assertEquals("encoder_q.", encoder.description().origin().get("under"));
    assertEquals(
        "{batch counters=40, classifier=4, momentum encoder=104, queue=2}",
        encoder.description().origin().get("dropped").toString());
  }

  @Test
  void weightsThatAreNotNumbersAreRefusedByName() {
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      Encoder small = Encoder.random("resnet18_w16", 5, Normalisation.CHEXPERT, GEOMETRY, 64);
      Map<String, Tensor> tensors = new LinkedHashMap<>(small.parameters().asMap());
      float[] bias = tensors.get("layer1.0.bn1.bias").toFloats();
      bias[3] = value;
      tensors.put("layer1.0.bn1.bias", Tensor.ofFloats(bias, bias.length));
      Path file = folder.resolve("diverged.pth");
      TorchWriter.write(file, StateDict.of(tensors));
      UserErrorException e =
          assertThrows(UserErrorException.class, () -> imported(file, Optional.empty()));
      assertEquals(file.toString(), e.location());
      assertTrue(e.problem().contains("layer1.0.bn1.bias holds " + value), e.problem());
    }
  }

  @Test
  void torchvisionWeightsAreRecognisedByTheirShapes() {
    Path file = folder.resolve("resnet18-f37072fd.pth");
    TorchWriter.write(file, MocoCheckpoint.withBatchCounters(random(5).parameters()));
    Encoder encoder = imported(file, Optional.empty());
    assertEquals("resnet18", encoder.description().architecture());
    assertEquals(random(5).parameters(), encoder.parameters());
  }

  @Test
  void theOldNamesOfTorchvisionsDensenetAreUnderstood() {
    StateDict weights = Initialisation.random(Architectures.named("densenet121"), 1);
    Path file = folder.resolve("densenet121-a639ec97.pth");
    TorchWriter.write(
        file,
        weights.select(
            n -> true, n -> n.replaceFirst("(denselayer\\d+\\.(norm|conv))([12])", "$1.$3")));
    assertEquals(weights, imported(file, Optional.empty()).parameters());
  }

  @Test
  void anUnknownArchitectureInAnImportedFileIsTheUsersErrorNamingBoth() {
    Path file = folder.resolve("vgg.pth.tar");
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("arch", "vgg16");
    root.put("state_dict", StateDict.of(Map.of("conv.weight", Tensor.ofFloats(new float[2], 2))));
    TorchWriter.write(file, (Object) root);
    UserErrorException unknown =
        assertThrows(UserErrorException.class, () -> imported(file, Optional.empty()));
    assertEquals(file.toString(), unknown.location());
    assertTrue(unknown.problem().contains("vgg16"), unknown.getMessage());
    assertTrue(unknown.remedy().contains("densenet121"), unknown.getMessage());
    UserErrorException wrong =
        assertThrows(UserErrorException.class, () -> imported(file, Optional.of("resnet18")));
    assertEquals(file.toString(), wrong.location());
    assertTrue(wrong.problem().contains("conv1.weight"), wrong.getMessage());
  }

  @Test
  void anUnknownArchitectureInAnEncodersDescriptionIsTheUsersErrorNamingBoth() throws IOException {
    random(5).write(folder);
    Path json = folder.resolve(Encoder.DESCRIPTION);
    Files.writeString(json, Files.readString(json).replace("resnet18", "vgg16"));
    UserErrorException unknown = assertThrows(UserErrorException.class, () -> Encoder.read(folder));
    assertEquals(json.toString(), unknown.location());
    assertTrue(unknown.problem().contains("vgg16"), unknown.getMessage());
  }
}
