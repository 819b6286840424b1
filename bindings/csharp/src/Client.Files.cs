// SPDX-License-Identifier: MIT OR Apache-2.0
using System;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace PalabraAI
{
    public sealed partial class Client
    {
        // More than there are languages.
        private const int FileOutputs = 64;

        // Static, and kept for ever: what is compiled ahead of time knows no other callbacks.
        private static readonly unsafe NativeProgressCallback progress = OnProgress;

        /// <summary>
        /// Translates a recording: opens a session, sends the file at its pace, and writes the speech of each target to a WAV
        /// file of its own. "{lang}" in outputPattern stands for the language; null: the speech goes nowhere. Waits until it is
        /// done, so many ms at most; negative: without limit. Input.Format, Input.Gap and Output of the config are
        /// ignored, and Queue must be null. When it fails the exception has a FileTranslationResult as Partial, and files that
        /// were begun stay.
        /// </summary>
        public unsafe FileTranslationResult TranslateFile(
            TranslationConfig config, string inputPath, string outputPattern, FileTranslationOptions options = null,
            int timeoutMs = -1, CancellationToken cancellation = default(CancellationToken))
        {
            if (config == null)
                throw new ArgumentNullException("config");
            cancellation.ThrowIfCancellationRequested();
            var job = new FileJob(options == null ? null : options.Progress, cancellation);
            GCHandle own = GCHandle.Alloc(job);
            try
            {
                using (var texts = new NativeTexts())
                {
                    NativeTranslationConfig raw = config.Raw(texts);
                    var settings = new NativeFileOptions();
                    (options ?? new FileTranslationOptions()).Write(&settings, texts);
                    settings.Progress = Marshal.GetFunctionPointerForDelegate(progress);
                    settings.UserData = GCHandle.ToIntPtr(own);
                    NativeFileOutput* outputs = stackalloc NativeFileOutput[FileOutputs];
                    var result = new NativeFileResult { StructSize = (uint)sizeof(NativeFileResult) };
                    result.OutputCapacity = FileOutputs;
                    result.Outputs = outputs;
                    NativeError told = Palabra.NewError();
                    byte* input = texts.Add(inputPath, "inputPath");
                    byte* output = texts.Add(outputPattern, "outputPattern");
                    using (var end = new CallEnd(cancellation, &told))
                    {
                        int status = Native.palabra_translate_file(
                            handle.Id, &raw, input, output, &settings, &result, timeoutMs, &told);
                        GC.KeepAlive(this);
                        GC.KeepAlive(config.Queue);
                        try
                        {
                            job.ThrowWhatStoppedIt();
                            end.ThrowIfEnded(status);
                            var done = new FileTranslationResult(&result);
                            PalabraException.Check(status, &told, done);
                            return done;
                        }
                        finally
                        {
                            Native.palabra_file_result_release(&result);
                        }
                    }
                }
            }
            finally
            {
                own.Free();
            }
        }

        // On the thread that made the call, with the library on the stack: no exception may pass.
        [MonoPInvokeCallback(typeof(NativeProgressCallback))]
        private static unsafe int OnProgress(NativeProgress* raw, IntPtr job)
        {
            return ((FileJob)GCHandle.FromIntPtr(job).Target).GoesOn(raw) ? 0 : 1;
        }

        private sealed class FileJob
        {
            private readonly Action<FileProgress> tell;
            private readonly CancellationToken cancellation;
            private ExceptionDispatchInfo thrown;

            internal FileJob(Action<FileProgress> tell, CancellationToken cancellation)
            {
                this.tell = tell;
                this.cancellation = cancellation;
            }

            internal unsafe bool GoesOn(NativeProgress* raw)
            {
                try
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (tell != null)
                        tell(new FileProgress(raw));
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
                if (thrown != null)
                    thrown.Throw();
            }
        }
    }

    /// <summary>Unity's compiler looks for this name.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class MonoPInvokeCallbackAttribute : Attribute
    {
        internal MonoPInvokeCallbackAttribute(Type type)
        {
        }
    }
}
