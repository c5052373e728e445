using System.Text;

namespace ReuseBench.Linux;

/// <summary>
/// RPS: which CPUs handle the packets that an interface receives. On loopback that is the sender's CPU, unless this says otherwise.
/// <see href="https://docs.kernel.org/networking/scaling.html">networking/scaling</see>
/// </summary>
/// <remarks>
/// The setting is a file of sysfs, and a sysfs shows the interfaces of the namespace it was mounted in. So a sysfs is mounted for the
/// calling thread's namespace.
/// </remarks>
public static unsafe class ReceiveSteering
{
    private const int BitsPerWord = 32;

    /// <summary>Has the packets of an interface's first receive queue handled on these CPUs; none turns it off.</summary>
    /// <param name="interfaceName">"lo", as the calling thread's namespace has it.</param>
    /// <param name="cpus">CPU numbers.</param>
    /// <exception cref="LinuxException">
    /// EPERM without CAP_SYS_ADMIN; ENOSYS before Linux 5.2; ENOENT: no such interface, or a kernel without RPS.
    /// </exception>
    public static void Set(string interfaceName, ReadOnlySpan<int> cpus)
    {
        using Descriptor sysfs = DetachedMount.Of("sysfs");
        using Descriptor file = Open(sysfs, interfaceName, LibC.O_WRONLY);
        byte[] mask = Encoding.ASCII.GetBytes(Mask(cpus));
        fixed (byte* pointer = mask)
        {
            LinuxException.ThrowIfError(
                LibC.Result(LibC.write(file.Value, pointer, (nuint)mask.Length)), "write", $"rps_cpus of {interfaceName}",
                "use CPUs that are there; `cat /sys/devices/system/cpu/online` lists them");
        }
    }

    /// <summary>The mask in force, as the kernel writes it; "0" is off.</summary>
    /// <exception cref="LinuxException">As for <see cref="Set"/>.</exception>
    public static string Read(string interfaceName)
    {
        const int longest = 4096;
        using Descriptor sysfs = DetachedMount.Of("sysfs");
        using Descriptor file = Open(sysfs, interfaceName, LibC.O_RDONLY);
        byte* buffer = stackalloc byte[longest];
        int length = LinuxException.ThrowIfError(LibC.Result(LibC.read(file.Value, buffer, longest)), "read", $"rps_cpus of {interfaceName}");
        return Encoding.ASCII.GetString(buffer, length).Trim();
    }

    /// <summary>Hexadecimal words of 32 bits, highest first, separated by commas.</summary>
    internal static string Mask(ReadOnlySpan<int> cpus)
    {
        int highest = 0;
        foreach (int cpu in cpus)
        {
            highest = Math.Max(highest, cpu);
        }

        uint[] words = new uint[(highest / BitsPerWord) + 1];
        foreach (int cpu in cpus)
        {
            words[cpu / BitsPerWord] |= 1u << (cpu % BitsPerWord);
        }

        return string.Join(',', words.Reverse().Select(w => w.ToString("x8")));
    }

    private static Descriptor Open(Descriptor sysfs, string interfaceName, int access) => Descriptor.Own(
        LibC.Result(LibC.openat(sysfs.Value, $"class/net/{interfaceName}/queues/rx-0/rps_cpus", access | LibC.O_CLOEXEC, 0)),
        "open",
        $"rps_cpus of {interfaceName}");
}
