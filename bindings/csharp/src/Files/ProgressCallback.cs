// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace PalabraAI.Interop
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate int NativeProgressCallback(NativeProgress* progress, IntPtr userData);

    /// <summary>Passes progress on, and keeps what the user's code throws until the call has returned.</summary>
    internal sealed class ProgressListener
    {
        private readonly IProgress<FileProgress>? progress;
        private readonly CancellationToken cancellation;
        private ExceptionDispatchInfo? thrown;

        internal ProgressListener(IProgress<FileProgress>? progress, CancellationToken cancellation)
        {
            this.progress = progress;
            this.cancellation = cancellation;
        }

        [SuppressMessage("Design", "CA1031", Justification = "It is thrown when the call has returned.")]
        internal unsafe bool GoesOn(NativeProgress* raw)
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new FileProgress(raw));
                return true;
            }
            catch (Exception error)
            {
                thrown = ExceptionDispatchInfo.Capture(error);
                return false;
            }
        }

        internal void ThrowWhatStoppedIt()
        {
            thrown?.Throw();
        }
    }

    /// <summary>Unity's compiler looks for this name.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class MonoPInvokeCallbackAttribute : Attribute
    {
        internal MonoPInvokeCallbackAttribute(Type type)
        {
            Type = type;
        }

        internal Type Type { get; }
    }
}
