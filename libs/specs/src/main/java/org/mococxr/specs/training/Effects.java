package org.mococxr.specs.training;

import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * Refuses options that have no effect beside others: whoever gives one expects something of it.
 *
 * @param given by name: the options that are not what they are by default
 */
record Effects(Map<String, Object> given) {

  /**
   * Checks that options have an effect, if they were given.
   *
   * @param beside what decides, for example {@code the solver lbfgs}
   * @param remedy what gives them an effect, for example {@code the solver sgd}
   * @throws UserErrorException naming the option
   */
  void require(boolean effective, String beside, String remedy, String... options) {
    for (String option : options) {
      if (!effective && given.containsKey(option)) {
        throw new UserErrorException(
            option,
            "found %s, which has no effect with %s".formatted(given.get(option), beside),
            "leave it out, or use " + remedy);
      }
    }
  }
}
