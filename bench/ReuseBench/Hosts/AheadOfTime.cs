using System.Reflection;
using System.Reflection.PortableExecutable;

namespace ReuseBench.Bench.Hosts;

/// <summary>Whether this program's command line and settings were compiled when it was built: the start of a process is part of a restart's gap.</summary>
internal static class AheadOfTime
{
    /// <returns>Null where it cannot be told.</returns>
    public static bool? IsCompiled(Assembly assembly)
    {
        try
        {
            using PEReader file = new(File.OpenRead(assembly.Location));
            return file.PEHeaders.CorHeader?.ManagedNativeHeaderDirectory.Size > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException or ArgumentException)
        {
            return null;
        }
    }
}
