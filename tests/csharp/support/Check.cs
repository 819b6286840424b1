// What the tests assert with: Mono has no test framework.
using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace PalabraAI.Tests
{
    internal sealed class CheckFailed : Exception
    {
        internal CheckFailed(string what) : base(what)
        {
        }
    }

    internal static class Check
    {
        internal static void That(bool holds, string what)
        {
            if (!holds)
                throw new CheckFailed(what);
        }

        internal static void Equal<T>(T found, T wanted, string what)
        {
            if (!EqualityComparer<T>.Default.Equals(found, wanted))
                throw new CheckFailed(what + ": " + found + " and not " + wanted);
        }

        internal static T Throws<T>(Action action, string what) where T : Exception
        {
            try
            {
                action();
            }
            catch (T thrown)
            {
                return thrown;
            }
            throw new CheckFailed(what + ": nothing was thrown");
        }

        internal static async Task<T> ThrowsAsync<T>(Func<Task> action, string what) where T : Exception
        {
            try
            {
                await action().ConfigureAwait(false);
            }
            catch (T thrown)
            {
                return thrown;
            }
            throw new CheckFailed(what + ": nothing was thrown");
        }

        /// <summary>Refused by the service, the network or the library.</summary>
        internal static PalabraException Refused(PalabraStatus status, Action action)
        {
            return OfStatus(Throws<PalabraException>(action, status.ToString()), status);
        }

        internal static async Task<PalabraException> RefusedAsync(PalabraStatus status, Func<Task> action)
        {
            return OfStatus(await ThrowsAsync<PalabraException>(action, status.ToString()).ConfigureAwait(false), status);
        }

        private static PalabraException OfStatus(PalabraException thrown, PalabraStatus status)
        {
            Equal(thrown.Status, status, thrown.Message);
            Equal(thrown is PalabraTimeoutException, status == PalabraStatus.Timeout, "the class of " + thrown.Message);
            return thrown;
        }

        /// <summary>A mistake of the caller, which the message names.</summary>
        internal static ArgumentException Mistake(string parameter, string named, Action action)
        {
            var thrown = Throws<ArgumentException>(action, named);
            Equal(thrown.ParamName, parameter, thrown.Message);
            That(thrown.Message.Contains(named), thrown.Message + ": " + named + " is not named");
            return thrown;
        }
    }
}
