using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>
/// Native libraries of a program that is published as one file: they are part of it, and come to the loader through memory. The host of .NET would
/// unpack them below the home folder at the start of each process, and end a process that has none.
/// </summary>
internal static class EmbeddedNatives
{
    private const string Folder = "natives/";
    private const string Extension = ".so";

    private static readonly Lock Loading = new();

    /// <summary>The loader knows a library by its path: the number of a file must not come again while this process lives.</summary>
    private static readonly Dictionary<string, (MemoryFile File, nint Handle)> Loaded = [];

    /// <summary>From here on a library that is nowhere else is looked for in the program; costs nothing until one is.</summary>
    public static void Register() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += static (_, name) => Load(typeof(EmbeddedNatives).Assembly, name);

    /// <returns>Its handle; zero where it is no part of the program.</returns>
    internal static nint Load(Assembly program, string name)
    {
        string file = name.EndsWith(Extension, StringComparison.Ordinal) ? name : name + Extension;
        lock (Loading)
        {
            if (Loaded.TryGetValue(file, out (MemoryFile File, nint Handle) loaded))
            {
                return loaded.Handle;
            }

            using Stream? content = program.GetManifestResourceStream(Folder + file);
            if (content is null)
            {
                return 0;
            }

            MemoryFile memory = MemoryFile.Create(file, content);
            nint handle = NativeLibrary.Load(memory.Path);
            Loaded.Add(file, (memory, handle));
            return handle;
        }
    }
}
