// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Threading;
using System.Threading.Tasks;
using PalabraAI.Interop;

namespace PalabraAI
{
    /// <summary>The native library as a whole.</summary>
    public static class PalabraLibrary
    {
        /// <summary>Version of the library that this binding was made for.</summary>
        public static string BindingVersion => NativeLibraryLoad.BindingVersion;

        /// <summary>Version of the loaded library.</summary>
        /// <exception cref="DllNotFoundException">The native library is missing.</exception>
        public static string Version => NativeLibraryLoad.LoadedVersion();

        /// <summary>Whether the native library is there and fits this binding. Without that nothing can be created.</summary>
        public static bool IsCompatible => NativeLibraryLoad.Problem() == null;

        /// <summary>Returns whether an optional part was built into the loaded library.</summary>
        /// <param name="name">"decoders": FLAC, MP3 and Ogg Vorbis files. "vad": detection of speech in calls. "echo": measurement and cancellation of echo, noise suppression, gain control.</param>
        /// <returns>false: it is not there, or is not known.</returns>
        /// <exception cref="ArgumentException">`name` is null or empty, or holds a NUL or half a surrogate pair.</exception>
        public static unsafe bool HasFeature(string name)
        {
            NativeLibraryLoad.Require();
            using (var texts = new NativeTexts())
                return PalabraException.Check(Native.palabra_has_feature(texts.AddRequired(name, nameof(name)))) > 0;
        }

        /// <summary>
        /// Says how many threads serve the sessions and calls of the process, before the first one is opened. Without this
        /// there is one, which serves some hundreds of calls. The first call decides, until <see cref="Shutdown"/>.
        /// </summary>
        /// <param name="shards">At most one for each processor that the process may use; -1: one for each processor.</param>
        /// <param name="pinned">Each stays on a processor of its own. Linux and Android only.</param>
        /// <exception cref="ArgumentException">`shards` is below -1, or there are fewer processors; `pinned` on another system.</exception>
        /// <exception cref="PalabraException"><see cref="PalabraStatus.Busy"/>: other settings are in effect.</exception>
        public static unsafe void Configure(int shards, bool pinned = false)
        {
            NativeLibraryLoad.Require();
            NativeError told = PalabraException.NewError();
            var config = new NativeRuntimeConfig
            {
                StructSize = (uint)sizeof(NativeRuntimeConfig),
                Flags = pinned ? RuntimeBits.Pinned : 0,
                Shards = shards,
            };
            PalabraException.CheckSettings(Native.palabra_runtime_configure(&config, &told), &told, nameof(shards));
        }

        /// <summary>
        /// Closes every session of the process and stops the threads of the library. Sessions deliver
        /// <see cref="EventKind.Closed"/> with <see cref="PalabraStatus.Shutdown"/>. A session that is opened afterwards starts
        /// the library again.
        /// </summary>
        /// <param name="timeout">How long the closing handshakes may take; zero: connections are cut immediately.</param>
        /// <returns>false: sessions were cut off because the time was up. The library is stopped nevertheless.</returns>
        /// <exception cref="ArgumentOutOfRangeException">`timeout` is negative.</exception>
        public static bool Shutdown(TimeSpan timeout)
        {
            NativeLibraryLoad.Require();
            return Stop(Times.Bounded(timeout, nameof(timeout)));
        }

        /// <summary>Does the same as <see cref="Shutdown"/> without holding a thread of the pool.</summary>
        /// <param name="timeout">How long the closing handshakes may take; zero: connections are cut immediately.</param>
        /// <returns>false: sessions were cut off because the time was up. The library is stopped nevertheless.</returns>
        /// <exception cref="ArgumentOutOfRangeException">`timeout` is negative.</exception>
        public static Task<bool> ShutdownAsync(TimeSpan timeout)
        {
            NativeLibraryLoad.Require();
            int limit = Times.Bounded(timeout, nameof(timeout));
            return CancelledCall.Run(call => Stop(limit), CancellationToken.None);
        }

        private static bool Stop(int limitMs)
        {
            int status = Native.palabra_shutdown(limitMs);
            if (status == (int)PalabraStatus.Timeout)
                return false;
            PalabraException.Check(status);
            return true;
        }
    }
}
