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

/// <summary>
/// The names of the generic error numbers, 1 to 133, from <c>include/uapi/asm-generic/errno.h</c> and <c>errno-base.h</c>.
/// </summary>
internal static class ErrnoNames
{
    /// <summary>Index = number. Empty where Linux has no such number (0, 41, 58).</summary>
    internal static readonly string[] ByNumber =
    [
        "", "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF",
        "ECHILD", "EAGAIN", "ENOMEM", "EACCES", "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV", "ENODEV",
        "ENOTDIR", "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE",
        "EROFS", "EMLINK", "EPIPE", "EDOM", "ERANGE", "EDEADLK", "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY",
        "ELOOP", "", "ENOMSG", "EIDRM", "ECHRNG", "EL2NSYNC", "EL3HLT", "EL3RST", "ELNRNG", "EUNATCH",
        "ENOCSI", "EL2HLT", "EBADE", "EBADR", "EXFULL", "ENOANO", "EBADRQC", "EBADSLT", "", "EBFONT",
        "ENOSTR", "ENODATA", "ETIME", "ENOSR", "ENONET", "ENOPKG", "EREMOTE", "ENOLINK", "EADV", "ESRMNT",
        "ECOMM", "EPROTO", "EMULTIHOP", "EDOTDOT", "EBADMSG", "EOVERFLOW", "ENOTUNIQ", "EBADFD", "EREMCHG", "ELIBACC",
        "ELIBBAD", "ELIBSCN", "ELIBMAX", "ELIBEXEC", "EILSEQ", "ERESTART", "ESTRPIPE", "EUSERS", "ENOTSOCK", "EDESTADDRREQ",
        "EMSGSIZE", "EPROTOTYPE", "ENOPROTOOPT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT",
        "EOPNOTSUPP", "EPFNOSUPPORT", "EAFNOSUPPORT", "EADDRINUSE", "EADDRNOTAVAIL",
        "ENETDOWN", "ENETUNREACH", "ENETRESET", "ECONNABORTED", "ECONNRESET", "ENOBUFS", "EISCONN", "ENOTCONN", "ESHUTDOWN",
        "ETOOMANYREFS", "ETIMEDOUT", "ECONNREFUSED", "EHOSTDOWN", "EHOSTUNREACH", "EALREADY", "EINPROGRESS", "ESTALE",
        "EUCLEAN", "ENOTNAM", "ENAVAIL", "EISNAM", "EREMOTEIO", "EDQUOT", "ENOMEDIUM", "EMEDIUMTYPE", "ECANCELED",
        "ENOKEY", "EKEYEXPIRED", "EKEYREVOKED", "EKEYREJECTED", "EOWNERDEAD", "ENOTRECOVERABLE", "ERFKILL", "EHWPOISON",
    ];
}
