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

        /// <summary>For calls whose result is a number or a status.</summary>
        internal static void Equal(int found, Status wanted, string what)
        {
            Equal((Status)found, wanted, what);
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

        internal static PalabraException Refused(Status code, Action action)
        {
            var thrown = Throws<PalabraException>(action, code.Name());
            Equal(thrown.Status.Name(), code.Name(), thrown.Message);
            return thrown;
        }
    }
}
