using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux;

/// <summary>
/// An error number of the kernel, with its name and text. See
/// <see href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</see>.
/// </summary>
/// <param name="Code">The positive number; 0 is no error.</param>
public readonly record struct Errno(int Code)
{
    /// <summary>The symbolic name, "EADDRINUSE"; the bare number where Linux has no name for it.</summary>
    public string Name => Code > 0 && Code < ErrnoNames.ByNumber.Length && ErrnoNames.ByNumber[Code].Length > 0
        ? ErrnoNames.ByNumber[Code]
        : Code.ToString(CultureInfo.InvariantCulture);

    /// <summary>The C library's description, "Address already in use".</summary>
    public string Text => Marshal.GetPInvokeErrorMessage(Code);

    /// <summary>The error inside the result of a call of this room.</summary>
    /// <param name="negativeResult">A negative errno, as the call returned it.</param>
    public static Errno FromResult(int negativeResult)
    {
        Debug.Assert(negativeResult < 0, "a result that is no error has no errno");
        return new Errno(-negativeResult);
    }

    /// <summary>"EADDRINUSE (Address already in use)".</summary>
    public override string ToString() => $"{Name} ({Text})";
}
