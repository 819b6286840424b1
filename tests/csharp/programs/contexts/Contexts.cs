#if NET
#nullable enable
using System;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace PalabraAI.Programs
{
    /// <summary>A collectible load context, as engines and plug-in hosts have it.</summary>
    internal static class Host
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal static Func<bool> Run(string way)
        {
            WeakReference context = Load(way);
            return () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !context.IsAlive;
            };
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static WeakReference Load(string way)
        {
            var context = new GameContext(typeof(Program).Assembly.Location);
            Assembly game = context.LoadFromAssemblyName(typeof(Program).Assembly.GetName());
            MethodInfo play = game.GetType(typeof(Game).FullName!)!.GetMethod(nameof(Game.Play))!;
            play.Invoke(null, new object[] { way });
            context.Unload();
            return new WeakReference(context, trackResurrection: true);
        }
    }

    /// <summary>Loads this program a second time, with the binding, from memory: a file that is loaded cannot be built again.</summary>
    internal sealed class GameContext : AssemblyLoadContext
    {
        private readonly AssemblyDependencyResolver resolver;

        internal GameContext(string path) : base(isCollectible: true)
        {
            resolver = new AssemblyDependencyResolver(path);
        }

        protected override Assembly? Load(AssemblyName name)
        {
            string? path = resolver.ResolveAssemblyToPath(name);
            if (path == null)
                return null;
            using FileStream file = File.OpenRead(path);
            return LoadFromStream(file);
        }

        protected override IntPtr LoadUnmanagedDll(string name)
        {
            string? path = resolver.ResolveUnmanagedDllToPath(name);
            return path == null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
        }
    }
}
#endif
