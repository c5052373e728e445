using Microsoft.Win32.SafeHandles;

namespace ReuseBench.Linux;

/// <summary>
/// A file that is in memory only, for calls that want a path, such as dlopen(3). Gone with this object, or with the process.
/// <see href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</see>
/// </summary>
public sealed class MemoryFile : IDisposable
{
    private readonly Descriptor _descriptor;

    private MemoryFile(Descriptor descriptor) => _descriptor = descriptor;

    /// <summary>What this process opens; another one finds a file of its own there, or none.</summary>
    public string Path => $"/proc/self/fd/{_descriptor.Value}";

    /// <param name="name">Shows up in /proc/PID/maps.</param>
    /// <param name="content">Read to its end.</param>
    /// <exception cref="LinuxException">No memory or no descriptor left.</exception>
    public static MemoryFile Create(string name, Stream content)
    {
        MemoryFile file = new(Descriptor.Own(LibC.Result(LibC.memfd_create(name, LibC.MFD_CLOEXEC)), "memfd_create", name));
        try
        {
            using SafeFileHandle handle = new(file._descriptor.Value, ownsHandle: false);
            using FileStream target = new(handle, FileAccess.Write);
            content.CopyTo(target);
            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _descriptor.Dispose();
}
