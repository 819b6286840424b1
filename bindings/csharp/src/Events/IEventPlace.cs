// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
namespace PalabraAI
{
    /// <summary>What a look for an event found.</summary>
    internal enum Taken
    {
        /// <summary>Nothing is there yet.</summary>
        Nothing,

        /// <summary>An event.</summary>
        Event,

        /// <summary>Nothing, and nothing will come: Closed was delivered.</summary>
        Ended,
    }

    /// <summary>Where one reader at a time takes events: a session or a queue.</summary>
    internal interface IEventPlace
    {
        /// <summary>Raised when something may be there.</summary>
        Signal Signal { get; }

        /// <summary>Begins to read. Throws when another reader has begun.</summary>
        void Claim();

        /// <summary>A box for who takes one event, between Claim and Release and on one thread.</summary>
        EventBox Own { get; }

        /// <summary>The next reader may begin.</summary>
        void Release();

        /// <summary>
        /// Takes the next event into a box, which is <paramref name="own"/> or one of the session's. Throws when the caller
        /// disposed of what is read.
        /// </summary>
        Taken Take(EventBox own, out EventBox current);

        /// <summary>The object for an event that was taken.</summary>
        PalabraEvent ObjectFor(EventBox current);

        /// <summary>The last event, delivered before the reader began; null: none was.</summary>
        EventBox? Last { get; }
    }
}
