"""What the programs that tests start do about signals, whoever has started the tests."""

import signal


def heed(hangup: signal.Handlers = signal.SIG_DFL) -> None:
    """Has this process heed interruptions: whoever runs the tests in the background may have them ignored.

    It is for `preexec_fn`, and takes no lock that a thread could hold.

    Args:
        hangup: What becomes of SIGHUP, which whoever runs the tests by nohup has ignored.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, hangup)
