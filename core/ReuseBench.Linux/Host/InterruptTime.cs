using System.IO.Compression;

namespace ReuseBench.Linux;

/// <summary>To whom the kernel charges the time of interrupts, software interrupts (where packets are received) included.</summary>
public enum InterruptTime
{
    /// <summary>The kernel's build configuration cannot be read here.</summary>
    Unknown,

    /// <summary>To the process that was interrupted: its CPU time holds it.</summary>
    Process,

    /// <summary>To no process (CONFIG_IRQ_TIME_ACCOUNTING): it is in /proc/stat alone.</summary>
    Apart,
}

/// <summary>Reads <see cref="InterruptTime"/> from the kernel's build configuration.</summary>
public static class KernelConfig
{
    private const string Option = "CONFIG_IRQ_TIME_ACCOUNTING";

    public static InterruptTime ReadInterruptTime() => ParseInterruptTime(ReadText());

    /// <param name="text">The kernel's .config; null where it cannot be read.</param>
    public static InterruptTime ParseInterruptTime(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return InterruptTime.Unknown;
        }

        // An option that the build did not choose is a comment, or not there at all.
        return text.Split('\n').Any(line => line.TrimEnd() == Option + "=y") ? InterruptTime.Apart : InterruptTime.Process;
    }

    private static string? ReadText()
    {
        try
        {
            using FileStream packed = File.OpenRead("/proc/config.gz");
            using StreamReader reader = new(new GZipStream(packed, CompressionMode.Decompress));
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            string? release = KernelInfo.Read().Release;
            return SysText.TryRead($"/boot/config-{release}") ?? SysText.TryRead($"/lib/modules/{release}/config");
        }
    }
}
