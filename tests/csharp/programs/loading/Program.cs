// A native library that is missing, of another architecture, or something else: one sentence says what is wrong.
using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using PalabraAI;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        string wanted = arguments[0];
        // Where the library is not to be found, this runs once more without it.
        if (wanted != "resolver" && wanted != "foreign" && arguments.Length == 1)
            return Elsewhere(wanted);
        switch (wanted)
        {
            case "missing":
                return Says("was not found", "libpalabra.so", "for linux-", AppContext.BaseDirectory.TrimEnd('/'), "NuGet");
            case "architecture":
                return Says("there, but for another architecture: it is for arm64", "libpalabra.so", RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
            case "damaged":
                return Says("there, but could not be loaded", "libpalabra.so");
            // Half of the real one: the system's loader would end the process.
            case "cut":
                return Says("its end is missing", "libpalabra.so");
            case "foreign":
                // A library that has none of the functions.
                NativeLibrary.SetDllImportResolver(typeof(PalabraClient).Assembly, (name, assembly, path) => NativeLibrary.Load("libc.so.6"));
                return Says("older version", "needs " + PalabraLibrary.BindingVersion);
            // The program's own way to find it is not in the way of anything.
            case "resolver":
                NativeLibrary.SetDllImportResolver(typeof(PalabraClient).Assembly, (name, assembly, path) => NativeLibrary.Load(name, assembly, path));
                return PalabraLibrary.IsCompatible && PalabraLibrary.Version == PalabraLibrary.BindingVersion ? 0 : Failed("not loaded");
            default:
                return Failed("no such case: " + wanted);
        }
    }

    private static int Says(params string[] parts)
    {
        foreach (Action use in new Action[]
        {
            () => new PalabraClient(), () => PalabraLibrary.HasFeature("decoders"), () => { string unused = PalabraLibrary.Version; },
            () => PalabraAudio.ReadWav("x.wav"), () => new TranslationOptions().BuildTask(),
            () => PalabraLibrary.Shutdown(TimeSpan.Zero),
        })
        {
            try
            {
                use();
                return Failed("nothing was thrown: " + use.Method.Name);
            }
            catch (DllNotFoundException error)
            {
                foreach (string part in parts)
                {
                    if (!error.Message.Contains(part))
                        return Failed(error.Message + ": " + part + " is not said");
                }
                if (error.Message.Contains("\n"))
                    return Failed("more than a line: " + error.Message);
            }
        }
        Console.WriteLine("well said");
        return PalabraLibrary.IsCompatible ? Failed("it fits") : WithoutLibrary();
    }

    /// <summary>What tests of a program use does not need the library.</summary>
    private static int WithoutLibrary()
    {
        var error = new PalabraException(new PalabraError(PalabraStatus.Rate));
        return error.IsTransient && error.Message.Length > 5 ? 0 : Failed(error.Message);
    }

    private static int Elsewhere(string wanted)
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        try
        {
            foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            if (wanted != "missing")
                File.WriteAllBytes(Path.Combine(folder, "libpalabra.so"), wanted == "damaged" ? new byte[100] : wanted == "cut" ? HalfOfTheLibrary() : HeadOfArm64());
            return Run(Path.Combine(folder, Path.GetFileName(typeof(Program).Assembly.Location)), wanted);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static byte[] HalfOfTheLibrary()
    {
        string folders = Environment.GetEnvironmentVariable("LD_LIBRARY_PATH");
        string path = Array.Find(Array.ConvertAll(folders.Split(':'), folder => Path.Combine(folder, "libpalabra.so")), File.Exists);
        byte[] whole = File.ReadAllBytes(path);
        return new ArraySegment<byte>(whole, 0, whole.Length / 2).ToArray();
    }

    private static byte[] HeadOfArm64()
    {
        var head = new byte[64];
        new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(head, 0);
        head[16] = 3;
        head[18] = 183;
        return head;
    }

    private static int Run(string program, string wanted)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath) { UseShellExecute = false };
        start.ArgumentList.Add(program);
        start.ArgumentList.Add(wanted);
        start.ArgumentList.Add("again");
        start.Environment.Remove("LD_LIBRARY_PATH");
        using (Process child = Process.Start(start))
        {
            child.WaitForExit();
            return child.ExitCode;
        }
    }

    private static int Failed(string why)
    {
        Console.Error.WriteLine(why);
        return 1;
    }
}
