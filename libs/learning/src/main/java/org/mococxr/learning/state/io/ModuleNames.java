package org.mococxr.learning.state.io;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/** Names of parameters without what PyTorch's wrappers of modules put into them. */
public final class ModuleNames {
  /** DataParallel and DistributedDataParallel, torch.compile, DeepSpeed and Lightning, FSDP. */
  private static final Set<String> WRAPPERS =
      Set.of("module", "_orig_mod", "_forward_module", "_fsdp_wrapped_module");

  private ModuleNames() {}

  /** {@code module.encoder_q._orig_mod.conv1.weight} is {@code encoder_q.conv1.weight}. */
  public static String plain(String name) {
    return Arrays.stream(name.split("\\."))
        .filter(part -> !WRAPPERS.contains(part))
        .collect(Collectors.joining("."));
  }

  /**
   * The same tensors by plain names, in their order.
   *
   * @throws UserErrorException if two tensors have one name then
   */
  public static StateDict plain(StateDict tensors, Path file) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    tensors
        .asMap()
        .forEach(
            (name, tensor) -> {
              if (out.put(plain(name), tensor) != null) {
                throw UserErrorException.at(
                    file,
                    "tensor " + plain(name) + " is in it twice, wrapped and not",
                    "a file with one of the two");
              }
            });
    return StateDict.of(out);
  }
}
