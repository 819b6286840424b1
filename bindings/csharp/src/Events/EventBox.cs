// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Runtime.InteropServices;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>Owns one event of the library, and gives it back when the next one comes, or when nobody holds the box.</summary>
    internal sealed unsafe class EventBox
    {
        private NativeEvent raw;

        internal EventBox()
        {
            raw.StructSize = (uint)sizeof(NativeEvent);
        }

        /// <summary>Gives back what was forgotten.</summary>
        ~EventBox()
        {
            Release();
        }

        internal bool IsEmpty => raw.Kind == 0;

        internal EventKind Kind => (EventKind)raw.Kind;

        /// <summary>Whose event it is, where the box does not lie in a session.</summary>
        internal SessionIdentity Session = SessionIdentity.None;

        internal ref NativeEvent Raw => ref raw;

        internal int Poll(ConversationHandle conversation)
        {
            Release();
            int polled;
            fixed (NativeEvent* start = &raw)
                polled = conversation.Poll(start);
            // What is passed by may be dropped: who delivers it numbers it.
            raw.Seq = 0;
            return polled;
        }

        internal int PollQueue(IntPtr queue)
        {
            Release();
            fixed (NativeEvent* start = &raw)
                return Native.palabra_queue_poll_event(queue, start, 0);
        }

        /// <summary>What it counts for in the limits of its session.</summary>
        internal long Bytes => sizeof(NativeEvent) + raw.TextLen + raw.JsonLen + raw.DataLen + (2 * raw.PcmFrames * raw.Channels);

        /// <summary>Becomes an event of the binding itself: so many others were dropped.</summary>
        internal void BeOverflow(in Losses losses, SessionIdentity session)
        {
            Release();
            string text = losses.ToString();
            raw.Text = (byte*)Marshal.StringToHGlobalAnsi(text);
            raw.TextLen = text.Length;
            raw.Kind = (int)EventKind.Overflow;
            raw.Dropped = losses.Events;
            raw.TimeNs = losses.TimeNs;
            Session = session;
        }

        internal void Release()
        {
            if (raw.Kind == 0)
                return;
            if (raw.Payload == IntPtr.Zero)
            {
                // Nothing of the library's: BeOverflow made it.
                if (raw.Kind == (int)EventKind.Overflow)
                    Marshal.FreeHGlobal((IntPtr)raw.Text);
                raw = default;
                raw.StructSize = (uint)sizeof(NativeEvent);
                return;
            }
            fixed (NativeEvent* start = &raw)
                _ = Native.palabra_event_release(start);
        }

        /// <summary>Takes over what another box holds, which is empty then.</summary>
        internal void MoveFrom(EventBox other)
        {
            Release();
            raw = other.raw;
            Session = other.Session;
            other.raw = default;
            other.raw.StructSize = (uint)sizeof(NativeEvent);
        }
    }
}
