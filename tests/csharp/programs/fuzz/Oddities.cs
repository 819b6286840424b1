#nullable enable
using System;
using System.Collections.Concurrent;
using System.Linq;

namespace PalabraAI.Programs
{
    /// <summary>What must not happen, and how often it did.</summary>
    internal sealed class Oddities
    {
        private readonly ConcurrentDictionary<string, int> found = new ConcurrentDictionary<string, int>();

        internal void Add(string what) => found.AddOrUpdate(what, 1, (_, count) => count + 1);

        /// <summary>Whether an exception is one that these calls may throw while another thread disposes of things.</summary>
        internal static bool IsExpected(Exception error)
        {
            switch (error)
            {
                case PalabraException refused: return refused.Status != PalabraStatus.Internal;
                case ObjectDisposedException _:
                case OperationCanceledException _:
                case ArgumentException _:
                    return true;
                // A second loop or reader at once, a reader without an event, another type of samples than the format.
                case InvalidOperationException _: return error.GetType() == typeof(InvalidOperationException);
                default: return false;
            }
        }

        internal bool Print()
        {
            foreach (var one in found.OrderByDescending(one => one.Value))
                Console.WriteLine($"{one.Value,8} {one.Key}");
            return !found.IsEmpty;
        }
    }
}
