// The nodes of bindings/csharp/samples/Godot in a load context as Godot's. usage: godot WAY...
#nullable enable
using System;
using System.Diagnostics;
using System.IO;

namespace PalabraAI.Programs
{
    internal static class Program
    {
        private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(30);

        private static int Main(string[] args)
        {
            if (args[0] == "beside" && args.Length == 1)
                return WithoutPath();
            foreach (string way in args[0] == "beside" ? new[] { "beside" } : args)
            {
                Func<bool> isGone = Host.Run(way);
                Stopwatch time = Stopwatch.StartNew();
                while (!isGone())
                {
                    if (time.Elapsed > Stuck)
                        return Failed(way + ": its context is not unloaded");
                }
                Console.WriteLine($"{way}: holds, unloaded after {time.ElapsedMilliseconds} ms");
            }
            return 0;
        }

        // Where the library is in the folder of the project, and nowhere else that .NET looks.
        private static int WithoutPath()
        {
            string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            Directory.CreateDirectory(folder);
            try
            {
                string library = Path.Combine(Environment.GetEnvironmentVariable("LD_LIBRARY_PATH")!.Split(':')[0], "libpalabra.so");
                File.Copy(library, Path.Combine(folder, "libpalabra.so"));
                var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
                start.ArgumentList.Add(typeof(Program).Assembly.Location);
                start.ArgumentList.Add("beside");
                start.ArgumentList.Add("again");
                start.Environment.Remove("LD_LIBRARY_PATH");
                start.Environment["GODOT_PROJECT"] = folder;
                using Process child = Process.Start(start)!;
                child.WaitForExit();
                return child.ExitCode;
            }
            finally
            {
                Directory.Delete(folder, true);
            }
        }

        private static int Failed(string why)
        {
            Console.Error.WriteLine(why);
            return 1;
        }
    }
}
